import { expect, it } from 'vitest'
import { JobStatus, readResult } from './job-statuses.ts'
import { JobResult } from './read-result.ts'

const ID = 6_164_068_768_154

it.each([
  ['a created user', { id: ID, status: 'Created' }, { failed: false, id: ID }],
  [
    'a created user with its keys',
    { id: ID, status: 'Created', email: 'a@b.example', external_id: 'x-1' },
    { failed: false, id: ID, email: 'a@b.example', externalId: 'x-1' },
  ],
  ['an updated user', { id: ID, action: 'update', status: 'Updated', success: true }, { failed: false, id: ID }],
  [
    'a deleted record with an empty error',
    { id: ID, action: 'delete', status: 'Deleted', success: true, errors: '' },
    { failed: false, id: ID },
  ],
  ['an item with its position', { index: 0, id: 4018, account_id: 1 }, { failed: false, id: 4018, index: 0 }],
  ['an id in quotes', { id: String(ID), status: 'Created' }, { failed: false, id: ID }],
  [
    'a failed item, whose id is a position',
    { id: 2, error: 'UserUpdateError', details: 'Name: Email: a_ is not properly formatted', status: 'Failed' },
    { failed: true, error: 'UserUpdateError', details: 'Name: Email: a_ is not properly formatted' },
  ],
  [
    'a failed item with an index',
    { index: 1, error: 'OrganizationUpdateFailed', id: ID, details: 'Name:  x has already been taken' },
    { failed: true, error: 'OrganizationUpdateFailed', details: 'Name:  x has already been taken', index: 1 },
  ],
  ['success: false alone', { id: 1, action: 'delete', success: false }, { failed: true }],
  ['the status alone', { id: 1, status: 'Failed' }, { failed: true }],
  ['an error that is an object', { error: { title: 'x' } }, { failed: true, error: '{"title":"x"}' }],
  [
    'nulls',
    { id: null, index: null, status: null, success: null, error: null, details: null, email: null },
    { failed: false },
  ],
])('reads %s', (_name, item, expected) => {
  expect(readResult(JobResult.parse(item))).toEqual(expected)
})

it.each([
  ['null', null, null],
  ['absent ones', undefined, null],
  ['a list', [{ id: 1 }, { id: 2 }], [{ id: 1 }, { id: 2 }]],
  ['one object', { success: true }, [{ success: true }]],
])('takes results that are %s', (_name, results, expected) => {
  expect(JobStatus.parse({ id: 'V3-1', status: 'completed', total: null, results }).results).toEqual(expected)
})
