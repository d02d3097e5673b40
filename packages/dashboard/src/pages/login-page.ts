import { html } from './html.ts'
import { layout } from './layout.ts'

/** The login. `failure` says what was wrong with the last attempt. */
export function loginPage({ next, failure }: { next: string; failure?: string | undefined }): string {
  return layout({
    title: 'Log in',
    person: null,
    body: html`<div class="login">
      <form method="post" action="/login" aria-labelledby="login-title">
        <img src="/assets/logo.svg" alt="" width="56" height="56" />
        <h1 id="login-title">Zendesk Provisioner</h1>
        <p class="lead">Log in to see the queues, the problems and what waits for approval.</p>
        ${failure && html`<p class="note failure" role="alert">${failure}</p>`}
        <input type="hidden" name="next" value="${next}" />
        <label for="user">User</label>
        <input
          id="user"
          name="user"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
        />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        <button type="submit">Log in</button>
      </form>
    </div>`,
  })
}
