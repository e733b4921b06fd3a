/** Bearer tokens of a hub, made by whoever holds its key file. */
import { SignJWT } from 'jose';

export const ROLES = ['scientist', 'engineer', 'custodian', 'admin', 'gate'] as const;
export type Role = (typeof ROLES)[number];

export interface TokenClaims {
  /** 32 bytes in hexadecimal. */
  key: string;
  /** Who: a person or a service; for the role `gate` the environment's id. */
  sub: string;
  role: Role;
  projects: string[];
  seconds: number;
}

export function mintToken({ key, sub, role, projects, seconds }: TokenClaims): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ role, projects })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(Buffer.from(key, 'hex'));
}
