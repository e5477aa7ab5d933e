import { memo, StrictMode, useMemo, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Point, Rows } from 'unitlink/dashboard';
import {
  firstParams,
  highest,
  loadPoints,
  statusOf,
  totalLoad,
  unitRows,
  unitsOf,
  type Params,
  type Unit,
} from '../units.js';
import { useWatch } from './use-watch.js';

const options = { fold: unitRows };
const chart = { fold: loadPoints };

const UnitRow = memo(function UnitRow({ unit: { id, region, load } }: { readonly unit: Unit }) {
  return (
    <tr>
      <td>{id}</td>
      <td>{region}</td>
      <td>{load}</td>
    </tr>
  );
});

const UnitTable = memo(function UnitTable({ value }: { readonly value: Rows<Unit> | undefined }) {
  const units = useMemo(() => unitsOf(value), [value]);
  const load = useMemo(() => totalLoad(units), [units]);
  return (
    <>
      <table>
        <tbody>
          {units.map((unit) => (
            <UnitRow key={unit.id} unit={unit} />
          ))}
        </tbody>
      </table>
      <output>
        {load} in {units.length} of {value?.total}
      </output>
    </>
  );
});

const Summary = memo(function Summary({ value }: { readonly value: Rows<Unit> | undefined }) {
  const load = useMemo(() => totalLoad(unitsOf(value)), [value]);
  return <p>All: {load}</p>;
});

const Highest = memo(function Highest({ points }: { readonly points: readonly Point[] | undefined }) {
  const load = useMemo(() => highest(points), [points]);
  return (
    <p>
      Highest of {points?.length}: {load}
    </p>
  );
});

const App = (): ReactNode => {
  const [params, setParams] = useState<Params>(firstParams);
  const { status, value } = useWatch('units', params, options);
  const all = useWatch('units', { filter: params.filter }, options);
  const points = useWatch('load', {}, chart);
  const change = (changed: Partial<Params>) => {
    setParams({ ...params, ...changed });
  };
  return (
    <section data-status={statusOf(status, all.status, points.status)}>
      <form>
        <input
          aria-label="Filter"
          value={params.filter}
          onChange={({ target }) => {
            change({ filter: target.value });
          }}
        />
        <button
          type="button"
          onClick={() => {
            change({ sort: '-load' });
          }}
        >
          Sort by load
        </button>
        <button
          type="button"
          onClick={() => {
            change({ page: params.page + 1 });
          }}
        >
          Next page
        </button>
      </form>
      <UnitTable value={value} />
      <Summary value={all.value} />
      <Highest points={points.value} />
    </section>
  );
};

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
