const LETTERS: Readonly<Record<string, string>> = {
  ...{ ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', æ: 'ae', ø: 'o', å: 'a' },
  ...{ ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' },
}

/** Lower-case ASCII letters and hyphens, as names look in mail addresses. */
export function asciiName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[äöüßæøåłđðþı]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^a-z-]/g, '')
}
