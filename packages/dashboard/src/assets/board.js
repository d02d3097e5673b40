// Bull Board's page polls for ever. When the login has ended meanwhile, go to the login instead of showing old numbers.
const open = XMLHttpRequest.prototype.open
XMLHttpRequest.prototype.open = function (...args) {
  this.addEventListener('load', () => {
    if (this.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`)
  })
  return open.apply(this, args)
}
