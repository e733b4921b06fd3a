/** Who asks: bearer tokens (JWT, HS256), checked with the hub's own key. */
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { ApiProblem } from './problem.js';

export const ROLES = ['scientist', 'engineer', 'custodian', 'admin', 'gate'] as const;
export type Role = (typeof ROLES)[number];

export interface Identity {
  /** A person or service; of the role `gate` the environment's id. */
  sub: string;
  role: Role;
  projects: string[];
}

const claimsSchema = z.object({
  sub: z.string().min(1).max(100),
  role: z.enum(ROLES),
  projects: z.array(z.string()).default([]),
});

export type Authenticator = (authorization: string | undefined) => Promise<Identity>;

/** @param key 32 bytes. A token in a URL is never looked at: URLs end in logs. */
export function createAuthenticator(key: Uint8Array): Authenticator {
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new ApiProblem('unauthenticated');
    try {
      // The algorithm is fixed here, not read from the token; a token without an end is none.
      const options = { algorithms: ['HS256'], requiredClaims: ['exp'] };
      const { payload } = await jwtVerify(token, key, options);
      return claimsSchema.parse(payload);
    } catch {
      throw new ApiProblem('unauthenticated');
    }
  };
}

/** The projects whose runs may be seen; null: all. */
export function visibleProjects({ role, projects }: Identity): string[] | null {
  return role === 'admin' ? null : projects;
}

export function maySee(identity: Identity, project: string): boolean {
  return visibleProjects(identity)?.includes(project) ?? true;
}

/** Scientists never see where something runs. */
export function seesEnvironments({ role }: Identity): boolean {
  return role !== 'scientist';
}
