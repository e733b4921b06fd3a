/** The page of all codes, made from the closed list: `npx tsx scripts/write-errors.ts` writes it. */
import { CODES, type CodeScope } from '../contracts/codes.js';

const HEADINGS: Record<CodeScope, string> = {
  request: 'The request',
  run: 'The run',
  dataset: 'A dataset in a run',
  environment: 'An environment',
  shard: 'A shard',
};

const INTRODUCTION = `# Codes

Everything that is refused or fails is named by one of these codes: in the API's problem details (\`code\`), in a
run's \`codes\`, in the books of its shards and in Temporal. A code is all that leaves an environment; messages,
stack traces and logs stay inside, where its custodian reads them. "Tried again" says whether the platform does so
by itself; the status is what the API answers with where the code ends a request.
`;

export function errorsPage(): string {
  const sections = Object.entries(HEADINGS).map(([scope, heading]) => {
    const rows = Object.entries(CODES)
      .filter(([, row]) => row.scope === scope)
      .map(
        ([code, row]) =>
          `| \`${code}\` | ${row.status} | ${row.isRetryable ? 'yes' : 'no'} | ${row.sentence} |`,
      );
    return [
      `## ${heading}`,
      '',
      '| code | status | tried again | what it means, and what to do |',
      '|---|--:|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return [INTRODUCTION, ...sections].join('\n');
}
