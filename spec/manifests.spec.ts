import { Ajv, type SchemaObject, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { markdown } from './support/markdown.js';

/** The schemas of Kubernetes objects by version and kind. They allow no member that Kubernetes does not know. */
interface Schemas {
  readonly kinds: Readonly<Record<string, SchemaObject>>;
  readonly $defs: Readonly<Record<string, SchemaObject>>;
}

interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}

const { kinds, $defs } = JSON.parse(readFileSync('spec/support/kubernetes-schemas.json', 'utf8')) as Schemas;
const ajv = new Ajv({ strictTypes: false, allErrors: true });
const checks = new Map<string, ValidateFunction>(
  Object.entries(kinds).map(([kind, schema]) => [kind, ajv.compile({ ...schema, $defs })]),
);

/** Returns what is wrong with the objects of a text. */
const faultsOf = (file: string, text: string): string[] =>
  parseAllDocuments(text).flatMap((document) => {
    const manifest = document.toJS() as Manifest;
    const name = `${file}: ${manifest.kind ?? '?'} ${manifest.metadata?.name ?? ''}`;
    if (document.errors.length > 0) return document.errors.map((error) => `${name}: ${error.message}`);
    const check = checks.get(`${manifest.apiVersion ?? ''} ${manifest.kind ?? ''}`);
    if (check === undefined) return [`${name}: no schema of ${manifest.apiVersion ?? 'nothing'}`];
    return check(manifest)
      ? []
      : (check.errors ?? []).map((error) => `${name}${error.instancePath} ${ajv.errorsText([error], { dataVar: '' })}`);
  });

const files = readdirSync('examples/deploy')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => [`examples/deploy/${file}`, readFileSync(`examples/deploy/${file}`, 'utf8')] as const);
const blocks = [...markdown].flatMap(([file, page]) =>
  [...page.matchAll(/```ya?ml\n(.*?)```/gs)].map(([, text = '']) => [file, text] as const),
);
const manifests = [...files, ...blocks].filter(([, text]) => /^apiVersion:/m.test(text));

describe('manifests of Kubernetes', () => {
  it('have the members that Kubernetes knows, with their types', () => {
    expect(manifests.length).to.be.at.least(2);
    expect(manifests.flatMap(([file, text]) => faultsOf(file, text))).to.deep.equal([]);
  });

  it('are refused with a member that Kubernetes does not know, without one that it needs, and with another type', () => {
    const pdb = 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: a }\nspec: ';
    expect(faultsOf('a', `${pdb}{ maxUnavailable: 1 }`)).to.deep.equal([]);
    expect(faultsOf('a', `${pdb}{ maxUnavailabel: 1 }`)).to.have.length(1);
    expect(faultsOf('a', `${pdb}{ maxUnavailable: [] }`)).not.to.deep.equal([]);
    expect(faultsOf('a', 'apiVersion: v1\nkind: Service\nspec: { ports: [{ name: http }] }')).to.have.length(1);
    expect(faultsOf('a', 'apiVersion: v2\nkind: Service')).to.have.length(1);
  });

  it('name ports, volumes and labels that are there', () => {
    for (const [file, text] of manifests) {
      const all = parseAllDocuments(text).map((document) => JSON.stringify(document.toJS()));
      const objects = all.join('\n');
      const names = (pattern: RegExp): string[] => [...objects.matchAll(pattern)].map(([, name = '']) => name);
      const ports = names(/"name":"([^"]+)","containerPort"/g);
      const volumes = [
        ...names(/"name":"([^"]+)","(?:secret|configMap)":/g),
        ...names(/"metadata":\{"name":"([^"]+)"\},"spec":\{"accessModes"/g),
      ];
      const labels = names(/"metadata":\{"labels":\{"app":"([^"]+)"\}/g);
      expect(ports, file).to.include.members(names(/"(?:targetPort|port)":"([^"]+)"/g));
      expect(volumes, file).to.include.members(names(/"name":"([^"]+)","mountPath"/g));
      expect(labels, file).to.include.members(names(/"(?:selector|matchLabels)":\{"app":"([^"]+)"\}/g));
    }
  });
});
