import { expect, it } from 'vitest'
import { breakable, html } from './html.ts'

it('escapes values, in text and in attributes', () => {
  const name = `<b> & "q" 'a'`

  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;b&gt; &amp; &quot;q&quot; &#39;a&#39;">&lt;b&gt; &amp; &quot;q&quot; &#39;a&#39;</p>',
  )
})

it('keeps HTML, joins lists and leaves out what is not there', () => {
  const list = [1, 2].map((n) => html`<b>${n}</b>`)

  expect(html`${list}${undefined}${false}`.text).toBe('<b>1</b><b>2</b>')
})

it('lets a DN break after its commas only', () => {
  expect(breakable('uid=a&b,dc=acme').text).toBe('uid=a&amp;b,<wbr />dc=acme')
})
