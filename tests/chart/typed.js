// SPDX-License-Identifier: Apache-2.0
//
// Compares manifests with the types of Kubernetes' objects:
//
//   NODE_PATH=TOOLS/node_modules node typed.js FILE...
//
// A file holds one or more YAML documents. Each must be of a known kind, pass the kind's own validation, and, by the
// TypeScript compiler, have no member that the kind does not know. Prints a line for each mistake, and how many objects
// there were; fails if there was a mistake.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");
const { spawnSync } = require("child_process");
const yaml = require("js-yaml");

const modules = path.dirname(path.dirname(require.resolve("js-yaml/package.json")));
const core = (apiVersion) => "kubernetes-models/" + apiVersion;
const monitoring = (apiVersion) => "@kubernetes-models/prometheus-operator/" + apiVersion;
const kinds = {
  "v1 ConfigMap": core, "v1 Namespace": core, "v1 Pod": core, "v1 Service": core, "v1 ServiceAccount": core,
  "apps/v1 DaemonSet": core, "apps/v1 Deployment": core, "scheduling.k8s.io/v1 PriorityClass": core,
  "monitoring.coreos.com/v1 PodMonitor": monitoring, "monitoring.coreos.com/v1 PrometheusRule": monitoring,
};
// Multus's is on npm in no package that Debian 12's node can use.
const network = `
interface NetworkAttachmentDefinition {
  apiVersion: "k8s.cni.cncf.io/v1";
  kind: "NetworkAttachmentDefinition";
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: { config: string };
}
`;

let mistakes = 0;
let objects = 0;
const source = [network];
const places = [];  // of each line of the source

function complain(place, what) {
  console.log(`${place}: ${what}`);
  ++mistakes;
}

function add(place, object) {
  ++objects;
  const kind = `${object.apiVersion} ${object.kind}`;
  let line;
  if (kind === "k8s.cni.cncf.io/v1 NetworkAttachmentDefinition") {
    const config = JSON.parse(object.spec.config);
    if (config.name !== object.metadata.name) complain(place, "the network's name is not the object's");
    line = `export const object${objects}: NetworkAttachmentDefinition = ${JSON.stringify(object)};`;
  } else if (kinds[kind]) {
    const from = kinds[kind](object.apiVersion);
    try {
      new (require(from)[object.kind])(object).validate();
    } catch (error) {
      complain(place, error.message);
    }
    const { apiVersion: _, kind: __, ...members } = object;
    line = `import { ${object.kind} as Kind${objects} } from "${from}"; export const object${objects} = new Kind${objects}(${JSON.stringify(members)});`;
  } else {
    complain(place, `${kind} is not known here; add it to ${path.basename(__filename)}`);
    return;
  }
  places[source.join("\n").split("\n").length + 1] = place;
  source.push(line);
}

for (const file of process.argv.slice(2)) {
  for (const object of yaml.loadAll(fs.readFileSync(file, "utf8"))) {
    if (object) add(`${file}: ${object.kind} ${object.metadata && object.metadata.name}`, object);
  }
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "typed-"));
try {
  fs.symlinkSync(modules, path.join(scratch, "node_modules"));
  fs.writeFileSync(path.join(scratch, "objects.ts"), source.join("\n"));
  const compiler = spawnSync(process.execPath,
    [path.join(modules, "typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "node",
     "--module", "commonjs", "--target", "es2020", "objects.ts"], { cwd: scratch, encoding: "utf8" });
  for (const line of compiler.stdout.split("\n")) {
    const error = /^objects\.ts\((\d+),\d+\): error \w+: (.*)/.exec(line);
    if (error) complain(places[error[1]] || "objects.ts", error[2]);
  }
  if (compiler.status !== 0 && mistakes === 0) complain("tsc", compiler.stdout + compiler.stderr);
} finally {
  fs.rmSync(scratch, { recursive: true });
}
console.log(`${objects} objects`);
process.exit(mistakes === 0 && objects > 0 ? 0 : 1);
