/** What must hold before a version is published, as functions from files to complaints. */

/** What a release is judged by. */
export interface Release {
  /** Fields of `package.json`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly changelog: string;
  /** `CITATION.cff`. */
  readonly citation: string;
  /** Names of git tags. */
  readonly tags: readonly string[];
  /** Output of `git status --porcelain`. */
  readonly status: string;
  /** ISO date of the release: `2026-11-29`. */
  readonly date: string;
}

/**
 * Complaints about a release, each with the way out. Addresses are never invented: those that are absent are asked for.
 *
 * @returns nothing where the release may go on
 */
export function releaseComplaints({ manifest, changelog, citation, tags, status, date }: Release): string[] {
  const version = String(manifest["version"]);
  const section = `## [${version}] - ${date}`;
  const checks: readonly (readonly [boolean, string])[] = [
    [/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version), `package.json: version is "${version}"; expected one such as 0.1.0`],
    [!tags.includes(`v${version}`), `v${version} is tagged already; raise the version in package.json`],
    [status === "", `the work tree has changes; commit them first:\n${status}`],
    [changelog.includes(`${section}\n`), `CHANGELOG.md has no section "${section}"; rename [Unreleased] to it`],
    [new RegExp(`^version: ${version}$`, "m").test(citation), `CITATION.cff: version is not ${version}`],
    [
      new RegExp(`^date-released: "?${date}"?$`, "m").test(citation),
      `CITATION.cff has no line "date-released: ${date}"; add it`,
    ],
    [
      !/^ {2}- name: monge contributors$/m.test(citation),
      'CITATION.cff: authors are "monge contributors"; name the people who are to be cited',
    ],
    ...(["repository", "homepage", "bugs"] as const).map(
      (field) =>
        [
          addresses(manifest[field]),
          `package.json has no "${field}"; give --repository URL, which writes repository, homepage and bugs`,
        ] as const,
    ),
  ];
  return checks.flatMap(([holds, complaint]) => (holds ? [] : [complaint]));
}

const addresses = (field: unknown): boolean => {
  const url = typeof field === "object" && field !== null ? (field as { url?: unknown }).url : field;
  return typeof url === "string" && /^(?:git\+)?https:\/\/[^/]+\/./.test(url);
};

/** The fields of `package.json` that follow from a repository's address. */
export function addressesOf(repository: string): Readonly<Record<"repository" | "homepage" | "bugs", unknown>> {
  const url = repository.replace(/(?:\.git)?\/?$/, "");
  return {
    repository: { type: "git", url: `git+${url}.git` },
    homepage: `${url}#readme`,
    bugs: { url: `${url}/issues` },
  };
}
