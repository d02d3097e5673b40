import { expect, it } from 'vitest'
import { schemaDifferences, type Schema } from './schema-differences.ts'

const PERSON: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer', minimum: 0 },
    born: { type: 'string', format: 'date-time', nullable: true },
    role: { type: 'string', enum: ['agent', 'admin'] },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    fields: { type: 'object', additionalProperties: true },
    numbers: { type: 'object', additionalProperties: { type: 'number' } },
    key: { oneOf: [{ type: 'string' }, { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }] },
    partner: { allOf: [{ $ref: '#/person' }, { type: 'object', properties: { since: { type: 'string' } } }] },
  },
  required: ['name'],
}

it.each([
  [{ name: 'Ada', age: 36, born: null, role: 'agent', tags: ['a'], fields: { any: 1 }, numbers: { pi: 3.1 } }, []],
  [{}, ['.name: missing']],
  [{ name: null }, ['.name: null in place of string']],
  [{ name: 'Ada', nmae: 'Ada' }, ['.nmae: not declared']],
  [{ name: 'Ada', age: 1.5 }, ['.age: number in place of integer']],
  [{ name: 'Ada', age: -1 }, ['.age: -1']],
  [{ name: 'Ada', born: 'in spring' }, ['.born: no date and time']],
  [{ name: 'Ada', role: 'boss' }, [".role: 'boss' is none of the declared values"]],
  [{ name: 'Ada', tags: ['a', 2] }, ['.tags[]: number in place of string']],
  [{ name: 'Ada', tags: ['a', 'b', 'c'] }, ['.tags: 3 items']],
  [{ name: 'Ada', tags: 'a' }, ['.tags: string in place of array']],
  [{ name: 'Ada', numbers: { pi: 'three' } }, ['.numbers.pi: string in place of number']],
  [{ name: 'Ada', key: 'k' }, []],
  [{ name: 'Ada', key: { id: 'k' } }, ['.key.id: string in place of integer']],
  [{ name: 'Ada', partner: { name: 'Bob', since: 'ever' } }, []],
  [{ name: 'Ada', partner: { since: 1 } }, ['.partner.name: missing', '.partner.since: number in place of string']],
])('%j: %j', (value, differences) => {
  expect(schemaDifferences(value, PERSON, () => PERSON)).toEqual(differences)
})
