import { OFFER_EVERY_SECONDS, OFFER_STALE_SECONDS } from '../../contracts/offer.js';
import { signJson } from '../../contracts/schemas/sign.js';
import { approvedDigests } from '../approvals/index.js';
import { log } from '../log.js';
import type { GateParts } from '../parts.js';
import { buildOffer } from './build-offer.js';

export interface OfferPublisher {
  /** A worker polled: `up` until none has for a while. */
  sawWorker(): void;
  /** Tells the hub that nothing will be done here for now. */
  stop(): Promise<void>;
}

const RETRY_SECONDS = 2;

/** Publishes at once, every 30 s, and when the worker comes. */
export function startOffers(deps: GateParts): OfferPublisher {
  let seenAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const isUp = () => Date.now() - seenAt < OFFER_STALE_SECONDS * 1000;
  const publish = async (): Promise<void> => {
    clearTimeout(timer);
    const isSent = await publishOnce(deps, isUp() && !isStopped ? 'up' : 'down');
    if (isStopped) return;
    clearTimeout(timer);
    const seconds = isSent ? OFFER_EVERY_SECONDS : RETRY_SECONDS;
    timer = setTimeout(() => void publish(), seconds * 1000);
  };
  void publish();
  return {
    sawWorker: () => {
      const wasUp = isUp();
      seenAt = Date.now();
      if (!wasUp) void publish();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await publish();
    },
  };
}

async function publishOnce(deps: GateParts, state: 'up' | 'down'): Promise<boolean> {
  try {
    const at = new Date().toISOString();
    const approvals = approvedDigests(deps.ledger);
    const offer = buildOffer(deps.custody(), { at, state, approvals });
    await deps.exchange.putOffer({ offer, signature: signJson(offer, deps.signingKey) });
    return true;
  } catch (error) {
    log.warn({ error: String(error) }, 'the offer could not be published');
    return false;
  }
}
