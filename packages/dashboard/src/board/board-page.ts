/**
 * Bull Board's page with our style sheet and script in the place of its fonts from Google: what people look at here
 * is nobody else's business, and the content security policy would refuse them anyway.
 */
export function adaptBoardPage(page: string): string {
  return page
    .replace(/<link href="https:\/\/fonts\.googleapis\.com[^>]*>/, '<link href="/assets/board.css" rel="stylesheet">')
    .replace('<div id="root">', '<script src="/assets/board.js"></script><div id="root">')
}
