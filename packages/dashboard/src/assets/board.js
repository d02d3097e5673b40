// Bull Board's page polls for ever. When the login has ended meanwhile, go to the login instead of showing old numbers.
const open = XMLHttpRequest.prototype.open
XMLHttpRequest.prototype.open = function (...args) {
  this.addEventListener('load', () => {
    if (this.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`)
  })
  return open.apply(this, args)
}

// Troubles come and go while a board stays open.
setInterval(async () => {
  const answer = await fetch('/board/', { headers: { accept: 'text/html' } }).catch(() => undefined)
  const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.places')
  if (fresh) document.querySelector('.places')?.replaceWith(fresh)
}, 15_000)

// The icons of the header have no names.
const NAMES = {
  '.lucide-fullscreen, .lucide-maximize, .lucide-expand': 'Full screen',
  '.lucide-minimize, .lucide-shrink': 'Leave full screen',
  '.lucide-settings': 'Settings',
  '.lucide-circle-user, .lucide-circle-user-round': 'Pages, account and log out',
  '[width="42"]': 'Redis',
}
new MutationObserver(() => {
  for (const [icon, name] of Object.entries(NAMES))
    for (const button of document.querySelectorAll(`header button:has(${icon})`)) {
      if (button.title === name) continue
      button.title = name
      button.setAttribute('aria-label', name)
    }
}).observe(document.documentElement, { childList: true, subtree: true })
