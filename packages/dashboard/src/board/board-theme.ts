import type { UIConfig } from '@bull-board/api/typings/app'

const FONTS = {
  'font-sans': 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  'font-mono': 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
} as const

/** The colours of `assets/theme.css`, and fonts that every machine has: none is fetched from elsewhere. */
export const BOARD_THEME: NonNullable<UIConfig['theme']> = {
  light: { ...FONTS, primary: '#0f5c63', ring: '#0f5c63', 'sidebar-primary': '#0f5c63' },
  dark: { ...FONTS, primary: '#5fb8bf', ring: '#5fb8bf', 'sidebar-primary': '#5fb8bf', 'muted-foreground': '#a9b7be' },
}
