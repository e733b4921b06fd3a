/** The size of everything that a Workflow sends and gets, read from its history. */
import type { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

export interface Payload {
  what: string;
  bytes: number;
}

function sizeOf(payloads: Payloads): number {
  return (payloads?.payloads ?? []).reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
}

/** Activities, signals and Updates of the history; the Workflow's own input and result too. */
export function payloadsOf(events: readonly HistoryEvent[]): Payload[] {
  const names = new Map<string, string>();
  return events.flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) names.set(String(event.eventId), scheduled.activityType?.name ?? '');
    return partsOf(event, names).map(([what, payloads]) => ({ what, bytes: sizeOf(payloads) }));
  });
}

function partsOf(event: HistoryEvent, names: Map<string, string>): [string, Payloads][] {
  return [...ownParts(event), ...activityParts(event, names), ...childParts(event)];
}

function ownParts(event: HistoryEvent): [string, Payloads][] {
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
  return [
    ['start', event.workflowExecutionStartedEventAttributes?.input],
    ['end', event.workflowExecutionCompletedEventAttributes?.result],
    ['continue', event.workflowExecutionContinuedAsNewEventAttributes?.input],
    ['update', update?.input?.args],
  ];
}

function activityParts(event: HistoryEvent, names: Map<string, string>): [string, Payloads][] {
  const scheduled = event.activityTaskScheduledEventAttributes;
  const completed = event.activityTaskCompletedEventAttributes;
  const name = names.get(String(completed?.scheduledEventId ?? event.eventId)) ?? '';
  return [
    [`input of ${name}`, scheduled?.input],
    [`result of ${name}`, completed?.result],
  ];
}

function childParts(event: HistoryEvent): [string, Payloads][] {
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  return [
    [`input of ${child?.workflowId ?? ''}`, child?.input],
    ['result of a child', event.childWorkflowExecutionCompletedEventAttributes?.result],
  ];
}

export function largest(payloads: readonly Payload[]): Payload {
  return payloads.reduce((a, b) => (b.bytes > a.bytes ? b : a), { what: 'nothing', bytes: 0 });
}
