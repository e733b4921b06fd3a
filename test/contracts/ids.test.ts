import { describe, expect, it } from 'vitest';
import {
  fanOutFromWorkflowId,
  fanOutWorkflowId,
  pageFromWorkflowId,
  pageWorkflowId,
  runIdFromWorkflowId,
  runWorkflowId,
} from '../../contracts/ids.js';

describe('workflow ids', () => {
  const id = { run: 'r1', step: 'scan', dataset: 'finland' };

  it('come back as what they were made of', () => {
    expect(runIdFromWorkflowId(runWorkflowId('r1'))).toBe('r1');
    expect(fanOutFromWorkflowId(fanOutWorkflowId(id))).toEqual(id);
    expect(pageFromWorkflowId(pageWorkflowId({ ...id, page: 12 }))).toEqual({ ...id, page: 12 });
  });

  it('of one kind are not read as another', () => {
    expect(runIdFromWorkflowId(fanOutWorkflowId(id))).toBeUndefined();
    expect(fanOutFromWorkflowId(runWorkflowId('r1'))).toBeUndefined();
    expect(fanOutFromWorkflowId(pageWorkflowId({ ...id, page: 1 }))).toBeUndefined();
    expect(pageFromWorkflowId(fanOutWorkflowId(id))).toBeUndefined();
  });
});
