import type { Account } from './account.ts'
import { refuseUnfit } from './refusal.ts'

/** Zendesk's numbers of the languages that the sandbox offers. */
const LOCALES: Readonly<Record<string, number>> = {
  'en-US': 1,
  es: 2,
  de: 8,
  fr: 16,
  'pt-BR': 19,
  it: 22,
  nl: 1005,
  pl: 13,
  da: 1000,
  'en-GB': 1176,
  ja: 67,
  sv: 92,
  cs: 78,
}

const NAMES = new Intl.DisplayNames('en', { type: 'language' })

export const DEFAULT_LOCALE = 'en-US'

export function localeId(locale: string): number {
  return LOCALES[locale] ?? 1
}

/** `locale` goes before `locale_id`. Undefined where neither is to be set. */
export function readLocale(
  account: Account,
  { locale, locale_id }: { readonly locale?: unknown; readonly locale_id?: unknown },
): string | undefined {
  if (locale === undefined && locale_id === undefined) return undefined
  if (locale === null || (locale === undefined && locale_id === null)) return DEFAULT_LOCALE
  const found = Object.entries(LOCALES).find(([name, id]) =>
    locale === undefined ? id === Number(locale_id) : name.toLowerCase() === String(locale).toLowerCase(),
  )
  if (!found) refuseUnfit(account, 'locale_id', 'Locale: is not available in your account')
  return found?.[0]
}

export function showLocales(origin: string): object[] {
  return Object.entries(LOCALES).map(([locale, id]) => ({
    url: `${origin}/api/v2/locales/${id}.json`,
    id,
    locale,
    name: NAMES.of(locale),
    native_name: new Intl.DisplayNames(locale, { type: 'language' }).of(locale),
    presentation_name: `${NAMES.of(locale)} - ${locale}`,
    rtl: false,
    default: locale === DEFAULT_LOCALE,
    created_at: '2009-07-15T12:38:06Z',
    updated_at: '2025-02-03T09:11:54Z',
  }))
}
