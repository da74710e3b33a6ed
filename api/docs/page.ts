import { ACCOUNTS } from '../dev/accounts';

/** @param tries whether development tokens are to be had */
export const pageOf = (tries: boolean): string => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Haru API</title>
  <link rel="icon" href="docs/favicon-32x32.png">
  <link rel="stylesheet" href="docs/swagger-ui.css">
  <link rel="stylesheet" href="docs/page.css">
</head>
<body>
  ${tries ? signIn() : ''}
  <main id="ui"></main>
  <script src="docs/swagger-ui-bundle.js"></script>
  <script src="docs/init.js"></script>
</body>
</html>
`;

const signIn = () => `<nav class="sign-in" aria-label="Accounts">
    <span>Sign in as</span>
    ${ACCOUNTS.map(
      ({ user, roles, does }) =>
        `<button type="button" data-user="${user}" data-roles="${roles.join(',')}" title="${does.en}">${user}</button>`,
    ).join('\n    ')}
    <span role="status" id="signed-in"></span>
  </nav>`;

/** Opens the document, and signs in by button: a token of the account, put where Authorize puts it. */
export const INIT = `const ui = SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  showExtensions: true,
});
const told = document.getElementById('signed-in');
for (const button of document.querySelectorAll('[data-user]'))
  button.addEventListener('click', async () => {
    const { user, roles } = button.dataset;
    const answer = await fetch('v1/dev/tokens', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, roles: roles.split(','), locale: 'en' }),
    });
    const { token } = answer.ok ? await answer.json() : {};
    if (token) ui.preauthorizeApiKey('bearer', token);
    for (const other of document.querySelectorAll('[data-user]'))
      other.setAttribute('aria-pressed', String(Boolean(token) && other === button));
    told.textContent = token ? 'You are ' + user + '.' : 'No token was to be had.';
  });
`;

export const STYLE = `.sign-in {
  display: flex; flex-wrap: wrap; gap: 8px; align-items: center;
  padding: 10px 20px; background: #1b1b1b; color: #fff; font: 14px sans-serif;
}
.sign-in button {
  padding: 6px 12px; border: 1px solid #fff; border-radius: 4px; background: transparent; color: #fff; cursor: pointer;
}
.sign-in button[aria-pressed='true'] { background: #fff; color: #1b1b1b; }
.sign-in button:focus-visible { outline: 3px solid #6cf; }
`;
