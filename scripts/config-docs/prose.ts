export const NOTICE = `<!-- Written by scripts/generate-config-docs.ts from the schema in packages/shared/src/config. Change it there. -->

# Configuration`

export const INTRODUCTION = `Producer, worker and dashboard read one YAML file, \`provisioner.yaml\` in the working directory or the file that
\`PROVISIONER_CONFIG\` names. [provisioner.example.yaml](../provisioner.example.yaml) is a complete one to copy.

A key that is not on this page is an error, so that a misspelt one can't be overlooked. All mistakes of a file are told at
once, each with its line, its key, what was found and what is allowed, and nothing starts before they are gone (exit code 2).
What can be judged without the directory and Zendesk is judged then: filters, DNs, schedules, expressions, constants of a
mapping, files that are named. Where YAML itself is broken, only the first such place is told.

\`\`\`
provisioner.yaml has 2 mistakes:
  provisioner.yaml:29:17  connections[0].schedule.every: found '60'; allowed: a duration such as 60s, 15m, 24h or 7d
  provisioner.yaml:41:7  connections[0].directory.pageSise: found the unknown key 'pageSise'; allowed: did you mean 'pageSize'?
\`\`\`

Editors that know JSON Schema complete and check the keys when the file begins with this line:

\`\`\`yaml
# yaml-language-server: $schema=docs/provisioner.schema.json
\`\`\`

## Secrets

A secret is written as a reference: \`\${env:NAME}\` is the environment variable (or, where it is not set, the content
of the file that \`NAME_FILE\` names), \`\${file:PATH}\` the content of a file without
its last line break. References may stand in any text, alone or within it, and are followed once, when a process starts. One
that leads nowhere, or to nothing, is a mistake like any other. No message, log or page shows what it leads to. A secret that
stands in the file itself works, and every start warns of it.

\`\`\`yaml
bindPassword: "\${file:/run/secrets/ldap_password}"
\`\`\``

export const VALUES = `<a id="values"></a>

## Values`

export const MAPPINGS = `<a id="mappings"></a>

## Mappings

A mapping says where a Zendesk attribute's value comes from. The short form is the directory attribute's name:

\`\`\`yaml
phone: telephoneNumber
\`\`\`

The long form is a section. The first of these that has a value counts: \`byGroup\`, then \`expression\` or \`from\`, then \`default\`.
What comes of \`from\` and \`expression\` passes through \`parse\`, \`trim\` and \`case\`. A value that Zendesk would refuse is reported, and
never replaced by the default. At least one of \`from\`, \`expression\`, \`byGroup\` and \`default\` has to be there; \`from\` and
\`expression\` exclude each other.

\`\`\`yaml
name: { from: [displayName, cn], trim: true }
\`\`\``
