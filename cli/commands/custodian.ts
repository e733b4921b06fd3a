import { readFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { readWorld } from '../../contracts/schemas/environment.js';
import { CliError, EXIT } from '../failure.js';
import { approve, loadAnalyses } from '../world/approvals.js';
import { hubLayout } from '../world/layout.js';
import { userName } from '../user.js';
import { mintToken, ROLES, type Role } from '../world/tokens.js';

interface ApproveOptions {
  environment: string;
  by: string;
  revoke?: boolean;
}

export function registerApprove(program: Command): void {
  program
    .command('approve <analysis>')
    .description('as custodian: approve the present version of an analysis, one row of the ledger')
    .requiredOption('--environment <folder>', "the environment's folder")
    .option('--by <name>', 'who approves', userName())
    .option('--revoke', 'take the approval back: it holds at once, also for runs under way')
    .addHelpText(
      'after',
      '\nRead the ops first: an approval is the reading of code by a person, the digest pins what was read.' +
        '\n\nExample:\n  cloister approve association --environment worlds/demo/environments/finland --by "custodian of finland"',
    )
    .action(async (name: string, options: ApproveOptions) => {
      const environmentFolder = resolve(options.environment);
      if (!existsSync(environmentFolder)) {
        throw new CliError(`--environment: there is no folder ${environmentFolder}.`, EXIT.usage);
      }
      const analyses = loadAnalyses();
      const analysis = analyses.find(({ manifest }) => manifest.name === name);
      if (analysis === undefined) {
        const names = analyses.map(({ manifest }) => manifest.name).join(', ');
        throw new CliError(`there is no analysis ${name}; there are: ${names}.`, EXIT.usage);
      }
      const environment = environmentFolder.split('/').at(-1) ?? '';
      const { by, revoke: isRevoked = false } = options;
      await approve({ environmentFolder, environment, analysis, by, isRevoked });
      const verb = isRevoked ? 'revoked' : 'approved';
      console.log(`${verb} ${name}@${analysis.manifest.version}, digest ${analysis.digest}`);
    });
}

interface TokenOptions {
  world: string;
  role: Role;
  sub: string;
  project: string[];
  days: string;
}

export function registerToken(program: Command): void {
  program
    .command('token')
    .description("make a bearer token of a world's hub, on standard output")
    .requiredOption('--world <folder>', 'the world whose hub shall take it')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('scientist'))
    .option('--sub <name>', 'whose it is', userName())
    .option('--project <id...>', 'projects that it speaks for; default: all of hub.yaml', [])
    .option('--days <n>', 'how long it holds', '30')
    .addHelpText(
      'after',
      '\nExample:\n  export CLOISTER_TOKEN=$(cloister token --world worlds/demo --role scientist --sub nightly-service --project drug-discovery)',
    )
    .action(async (options: TokenOptions) => console.log(await tokenFor(options)));
}

async function tokenFor({ world, role, sub, project, days }: TokenOptions): Promise<string> {
  const layout = hubLayout(world);
  const known = Object.keys(readWorld(layout.world).projects);
  const unknown = project.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new CliError(
      `there is no project ${unknown}; there are: ${known.join(', ')}.`,
      EXIT.usage,
    );
  }
  const seconds = Math.round(Number(days) * 24 * 3600);
  if (!(seconds > 0)) throw new CliError('--days: write a number above 0.', EXIT.usage);
  if (!existsSync(layout.tokenKey)) {
    throw new CliError(`the world has no keys yet: cloister world init ${world}.`);
  }
  const key = readFileSync(layout.tokenKey, 'utf8').trim();
  const projects = project.length > 0 ? project : known;
  return mintToken({ key, sub, role, projects, seconds });
}
