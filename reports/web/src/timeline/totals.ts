// What happened in a range of time, on all ranks, whether they are drawn or not.

import { h } from "../dom";
import { bytes, count, percent, seconds } from "../format";
import { firstOver } from "./shares";
import type { Group } from "./lanes";
import type { View } from "./view";

export interface Total {
  name: string;
  seconds: number; // of all ranks together, within the range
  share: number | null; // of the time of all ranks
  messages: number; // that arrive within the range
  bytes: number; // of these
}

const plain = (name: string) => name.replaceAll("_", " ");

function ofDevices({ data, unpacked }: Group, range: View): Total[] {
  const sums = data.span_kinds.map(() => 0);
  let devices = 0;
  for (const all of [unpacked.devices, unpacked.engines])
    for (const { begins, ends, columns } of all) {
      if (all === unpacked.devices && begins.length > 0) ++devices;
      for (let i = Math.max(0, firstOver(begins, range.begin) - 1), end = firstOver(begins, range.end); i < end; ++i) sums[columns[0][i]] += Math.max(0, Math.min(range.end, ends[i]) - Math.max(range.begin, begins[i]));
    }
  const whole = devices * (Math.min(range.end, data.makespan_s) - range.begin);
  const engine = data.span_kinds.indexOf("reduce_on_engine");
  const idle = whole - sums.reduce((sum, one, kind) => sum + (kind === engine ? 0 : one), 0);
  const total = (name: string, value: number): Total => ({ name, seconds: value, share: whole > 0 ? value / whole : 0, messages: 0, bytes: 0 });
  return [...sums.map((sum, kind) => total(plain(data.span_kinds[kind]), sum)), total("idle", Math.max(0, idle))].filter((one) => one.seconds > 0);
}

function ofMessages({ data, unpacked }: Group, range: View): Total[] {
  const totals = data.buffers.map((buffer): Total => ({ name: `messages with ${plain(buffer)}`, seconds: 0, share: null, messages: 0, bytes: 0 }));
  for (const { begins, ends, columns, bytes: sizes } of unpacked.messages)
    for (let i = 0, end = firstOver(begins, range.end); i < end; ++i) {
      if (ends[i] <= range.begin) continue;
      const total = totals[columns[1][i]];
      total.seconds += Math.min(range.end, ends[i]) - Math.max(range.begin, begins[i]);
      if (ends[i] > range.end) continue;
      total.messages += columns[2][i];
      total.bytes += sizes[i];
    }
  return totals.filter((one) => one.seconds > 0 || one.messages > 0);
}

export function totalsOf(group: Group, range: View): Total[] {
  return [...ofDevices(group, range), ...ofMessages(group, range)];
}

export function totalsTable(groups: Group[], range: View): HTMLElement {
  const of = groups.map((group) => new Map(totalsOf(group, range).map((total) => [total.name, total])));
  const order = groups.flatMap(({ data }) => [...data.span_kinds.map(plain), "idle", ...data.buffers.map((buffer) => `messages with ${plain(buffer)}`)]);
  const names = [...new Set(order)].filter((name) => of.some((totals) => totals.has(name)));
  names.sort((a, b) => Number(a.startsWith("messages")) - Number(b.startsWith("messages")));
  const cells = (total: Total | undefined) => [
    h("td", { class: "number" }, total ? seconds(total.seconds) : ""),
    h("td", { class: "number" }, total && total.share !== null ? percent(total.share) : ""),
    h("td", { class: "number" }, total && total.messages > 0 ? count(total.messages) : ""),
    h("td", { class: "number" }, total && total.bytes > 0 ? bytes(total.bytes) : ""),
  ];
  const labels = groups.length > 1 ? h("tr", {}, h("td"), ...groups.map((group) => h("th", { colspan: 4, scope: "colgroup" }, group.label))) : null;
  const columns = groups.flatMap(() => ["time", "share of ranks", "messages", "bytes"].map((name) => h("th", { scope: "col", class: "number" }, name)));
  return h(
    "table",
    { class: "totals" },
    h("thead", {}, labels, h("tr", {}, h("th", { scope: "col" }, "what"), ...columns)),
    h("tbody", {}, ...names.map((name) => h("tr", {}, h("th", { scope: "row" }, name), ...of.flatMap((totals) => cells(totals.get(name)))))),
  );
}
