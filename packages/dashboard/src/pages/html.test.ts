import { expect, it } from 'vitest'
import { html } from './html.ts'

it('escapes values, in text and in attributes', () => {
  const name = `<b> & "q" 'a'`

  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;b&gt; &amp; &quot;q&quot; &#39;a&#39;">&lt;b&gt; &amp; &quot;q&quot; &#39;a&#39;</p>',
  )
})

it('keeps HTML, joins lists and leaves out what is not there', () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>${undefined}${false}`.text).toBe(
    '<ul><li>1</li><li>2</li></ul>',
  )
})
