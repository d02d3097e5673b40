import type { Kind } from '../entity.ts'
import type { SentCreation } from './record.ts'
import type { EncodedWritten } from './written.ts'

/** An entity that is given back, as `lua/give-back.ts` takes it. */
export interface GivenBack {
  readonly kind: Kind
  readonly id: string
  /** JSON, or ''. */
  readonly refusal: string
  readonly gone: boolean
  readonly ended?: number
  /** Zendesk's id of the request, where it is known. */
  readonly requestId?: string
}

/** An entity that something was sent for, as `lua/sent-again.ts` takes it. */
export interface SentEntity {
  readonly kind: Kind
  readonly id: string
  readonly creation?: SentCreation
  /** Names, with commas, that the request changes. */
  readonly names?: string
  readonly deletes?: boolean
  /** Names, with commas, that requests before it sent and whose answers are not recorded. */
  readonly before?: string
  /** The newest that was released when it was sent. */
  readonly revision?: number | undefined
}

/** What a worker told the ledger of one entity, or of one bulk write, under a lease token or a batch id. */
export type Word =
  | {
      readonly told: 'sent'
      readonly by: string
      readonly entity: SentEntity
      readonly outstanding: string
      /** The lease token under which it was sent. */
      readonly token: string
    }
  | { readonly told: 'job status'; readonly by: string; readonly jobStatusId: string }
  | {
      readonly told: 'written'
      readonly by: string
      readonly entity: EncodedWritten
      /** Names, with commas, that were sent. */
      readonly names: string
      /** What a person calls it, should Redis have forgotten it; undefined where it is to be forgotten then. */
      readonly label?: string | undefined
    }
  | {
      readonly told: 'given back'
      readonly by: string
      readonly entity: GivenBack
      readonly noEffect: boolean
      /** Names, with commas, that earlier requests sent: they stay unconfirmed. */
      readonly before: string
      /** The newest that was released when the last of these was sent. */
      readonly revision?: number | undefined
    }

/** Names, with commas, that requests before the last one sent, and whose answers are not recorded. */
export function beforeOf(word: Word | undefined): string {
  if (word?.told === 'sent') return word.entity.before ?? ''
  return word?.told === 'given back' ? word.before : ''
}

/** The newest revision that was released when what a word is about was sent. */
export function revisionOf(word: Word | undefined): number | undefined {
  if (word?.told === 'sent') return word.entity.revision
  return word?.told === 'given back' ? word.revision : undefined
}

/** The same, with those of the last one, once another follows it. */
export function stillUnconfirmed(word: Word | undefined): string {
  const last = word?.told === 'sent' ? word.entity.names : undefined
  return [...new Set([...beforeOf(word).split(','), ...(last ?? '').split(',')])].filter(Boolean).join(',')
}
