/** A version is published only where its papers agree. */
import { addressesOf, type Release, releaseComplaints } from "../.ci/release-rules.ts";
import { assert, test } from "./harness.ts";

const ready: Release = {
  manifest: { version: "0.1.0", ...addressesOf("https://example.org/us/monge.git") },
  changelog: "# Changelog\n\n## [0.1.0] - 2026-12-01\n\n### Added\n",
  citation: 'authors:\n  - family-names: Monge\nversion: 0.1.0\ndate-released: "2026-12-01"\n',
  ...{ tags: ["v0.0.9"], status: "", date: "2026-12-01" },
};

test("a version with addresses, changelog, citation and a clean tree may be published", () => {
  assert.equal(releaseComplaints(ready), []);
  assert.equal(addressesOf("https://example.org/us/monge/"), addressesOf("https://example.org/us/monge.git"));
});

test("each fault of a release is named with its way out", () => {
  const { repository: _, ...homeless } = ready.manifest;
  const faults: readonly (readonly [Partial<Release>, RegExp])[] = [
    [{ manifest: { ...ready.manifest, version: "next" } }, /version is "next"; expected/],
    [{ tags: ["v0.1.0"] }, /tagged already; raise/],
    [{ status: " M io/index.ts" }, /commit them first:\n M io/],
    [{ changelog: "## [Unreleased]\n" }, /no section "## \[0\.1\.0\] - 2026-12-01"; rename/],
    [{ citation: ready.citation.replace("0.1.0", "0.0.9") }, /CITATION.cff: version is not 0\.1\.0/],
    [{ citation: ready.citation.replace("12-01", "11-01") }, /date-released: 2026-12-01/],
    [{ citation: ready.citation.replace("family-names: Monge", "name: monge contributors") }, /name the people/],
    [{ manifest: homeless }, /no "repository"; give --repository URL/],
    [{ manifest: { ...ready.manifest, bugs: { url: "TODO" } } }, /no "bugs"/],
  ];
  for (const [fault, expected] of faults) assert.match(releaseComplaints({ ...ready, ...fault }).join("\n"), expected);
});

test.run();
