/** Ctrl-C, SIGTERM and a closed terminal, as one AbortSignal. */

export interface Interrupt {
  signal: AbortSignal;
  /** Resolves when somebody asks to stop. */
  asked: Promise<void>;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const asked = new Promise<void>((resolve) =>
    controller.signal.addEventListener('abort', () => resolve()),
  );
  const handler = () => controller.abort(new Error('interrupted'));
  for (const name of SIGNALS) process.on(name, handler);
  return {
    signal: controller.signal,
    asked,
    dispose: () => {
      for (const name of SIGNALS) process.off(name, handler);
    },
  };
}
