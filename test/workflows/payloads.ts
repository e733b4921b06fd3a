/** The size of everything that a Workflow sends and gets, read from its history. */
import { temporal } from '@temporalio/proto';

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
  const scheduled = event.activityTaskScheduledEventAttributes;
  const completed = event.activityTaskCompletedEventAttributes;
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  const activity = names.get(String(scheduled ? event.eventId : completed?.scheduledEventId)) ?? '';
  return [
    ['start', event.workflowExecutionStartedEventAttributes?.input],
    ['end', event.workflowExecutionCompletedEventAttributes?.result],
    ['continue', event.workflowExecutionContinuedAsNewEventAttributes?.input],
    [`input of ${activity}`, scheduled?.input],
    [`result of ${activity}`, completed?.result],
    [`input of ${child?.workflowId ?? ''}`, child?.input],
    ['result of a child', event.childWorkflowExecutionCompletedEventAttributes?.result],
    ['update', event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args],
  ];
}

export function largest(payloads: readonly Payload[]): Payload {
  return payloads.reduce((a, b) => (b.bytes > a.bytes ? b : a), { what: 'nothing', bytes: 0 });
}
