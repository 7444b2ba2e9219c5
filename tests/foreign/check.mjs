// A checker by somebody else: written from docs/format.md and docs/draw.md (and the C2SP pages that they name) alone, in another language.
// It shares no code and no library with the system: Node's own modules only.
//
//   node check.mjs log      POLICY CHECKPOINT FOLDER     the whole log: tiles, entries, head, witnesses
//   node check.mjs receipt  POLICY FILE...               receipts, and those of one case against each other
//   node check.mjs draw     FILE [PLAN_ID LINKS_ID ROOT] a published draw, its void, or the opening of one team
//
// Prints one JSON object. Exit code 0: good (and final); 3: good, but witnesses are missing; 1: not good; 2: cannot be read.

import { createHash, createHmac, createPublicKey, verify as verifySignature } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

class Bad extends Error {}
const must = (holds, what) => { if (!holds) throw new Bad(what); };

// ---- bytes ----------------------------------------------------------------------------------------------------------
const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

function base64(text, what) {
  const raw = Buffer.from(text, "base64");
  must(raw.toString("base64") === text, `${what}: not base64 with padding`);
  return raw;
}

function base64url(text, what) {
  const raw = Buffer.from(text, "base64url");
  must(raw.toString("base64url") === text, `${what}: not base64url without padding`);
  return raw;
}

/** RFC 8785: Node's sort() compares UTF-16 units and JSON.stringify writes strings and integers as JCS wants them. */
function jcs(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    must(Number.isSafeInteger(value) && !Object.is(value, -0), "a number that is no whole number up to 2^53-1");
    return String(value);
  }
  if (typeof value === "string") {
    must(value.isWellFormed ? value.isWellFormed() : !/[\ud800-\udfff]/u.test(value), "a lone surrogate");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
  must(Object.keys(value).every((key) => /^[\x00-\x7f]*$/.test(key)), "a key outside ASCII");
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${jcs(value[key])}`).join(",")}}`;
}

/** Parse bytes that must already be canonical: this also refuses keys that stand twice. */
function canonical(bytes, what) {
  const value = parsed(bytes, what);
  must(Buffer.from(jcs(value)).equals(bytes), `${what}: not canonical JSON`);
  return value;
}

function parsed(bytes, what) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new Bad(`${what}: ${error.message}`);
  }
}

const same = (one, other) => jcs(one) === jcs(other);
const plainObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// ---- keys, notes, policy (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy) ----------------------
const NOTE = 0x01, COSIGNATURE = 0x04;

function verifierKey(text) {
  const [name, id, ...rest] = text.split("+");
  const raw = base64(rest.join("+"), "key");
  must(name && !/\s/.test(name) && raw.length === 33, `not an Ed25519 key: ${text}`);
  must(sha256(`${name}\n`, raw).subarray(0, 4).toString("hex") === id, `the id of the key does not fit: ${text}`);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw.subarray(1)]);
  return { name, id, kind: raw[0], key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

function policyOf(text) {
  const logs = [], witnesses = new Map(), groups = new Map();
  let quorum;
  for (const line of text.split("\n").map((one) => one.trim()).filter((one) => one && !one.startsWith("#"))) {
    const [word, ...rest] = line.split(/[ \t]+/);
    if (word === "log") logs.push(verifierKey(rest[0]));
    else if (word === "witness") witnesses.set(rest[0], verifierKey(rest[1]));
    else if (word === "group") groups.set(rest[0], { of: rest[1], members: rest.slice(2) });
    else if (word === "quorum") quorum = rest[0];
    else throw new Bad(`policy: ${word}`);
  }
  must(logs.length > 0 && quorum !== undefined, "the policy names no log or no quorum");
  must(logs.every((one) => one.kind === NOTE) && [...witnesses.values()].every((one) => one.kind === COSIGNATURE), "a key of another kind");
  const met = (name, by) => {
    if (witnesses.has(name)) return by.has(name);
    must(groups.has(name), `policy: nobody is called ${name}`);
    const { of, members } = groups.get(name), many = members.filter((one) => met(one, by)).length;
    return many >= (of === "all" ? members.length : of === "any" ? 1 : Number(of));
  };
  return { logs, witnesses, final: (by) => quorum !== "none" && met(quorum, by) };
}

/** Check a signed checkpoint: its head and whether its witnesses suffice. */
function checkpointOf(note, policy) {
  const cut = note.lastIndexOf("\n\n");
  must(cut >= 0 && note.endsWith("\n"), "the checkpoint is no signed note");
  const body = note.slice(0, cut + 1);
  const signatures = note.slice(cut + 2, -1).split("\n").map((line) => {
    const said = /^\u2014 (\S+) (\S+)$/.exec(line);
    must(said, "a line of a signature that is none");
    const raw = base64(said[2], "signature");
    return { name: said[1], id: raw.subarray(0, 4).toString("hex"), value: raw.subarray(4) };
  });
  const [origin, size, root, ...more] = body.slice(0, -1).split("\n");
  must(more.length === 0 && /^(0|[1-9]\d{0,15})$/.test(size ?? ""), "the checkpoint is not three lines");
  const head = { origin, size: Number(size), root: base64(root, "root") };
  must(head.root.length === 32, "the root is not 32 bytes");
  const key = policy.logs.find((one) => one.name === origin && signatures.some(
    (each) => each.name === origin && each.id === one.id && verifySignature(null, Buffer.from(body), one.key, each.value)));
  must(key, "the log did not sign this checkpoint");
  const by = new Set();
  for (const [name, witness] of policy.witnesses)
    for (const each of signatures.filter((one) => one.name === witness.name && one.id === witness.id)) {
      must(each.value.length === 72, `the cosignature of ${name} has a wrong length`);
      const time = each.value.readBigUInt64BE(0);
      const signed = Buffer.from(`cosignature/v1\ntime ${time}\n${body}`);
      must(verifySignature(null, signed, witness.key, each.value.subarray(8)), `the cosignature of ${name} does not hold`);
      by.add(name);
    }
  return { ...head, by: [...by], final: policy.final(by) };
}

// ---- the tree ------------------------------------------------------------------------------------------------------
function rootOf(hashes) {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0];
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  return nodeHash(rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)));
}

/** RFC 9162, 2.1.3.2: the root to which a path leads, or an error. */
function rootBy(path, leaf, index, size) {
  must(index < size, "the index is not in the tree");
  let at = BigInt(index), last = BigInt(size) - 1n, hash = leaf;
  for (const one of path) {
    must(last !== 0n, "the path is too long");
    if (at % 2n === 1n || at === last) {
      hash = nodeHash(one, hash);
      while (at % 2n === 0n && at !== 0n) { at >>= 1n; last >>= 1n; }
    } else hash = nodeHash(hash, one);
    at >>= 1n;
    last >>= 1n;
  }
  must(last === 0n, "the path is too short");
  return hash;
}

function tilePath(folder, level, index, width) {
  const groups = [];
  for (let rest = index, first = true; first || rest > 0; rest = Math.floor(rest / 1000), first = false)
    groups.unshift(`${first ? "" : "x"}${String(rest % 1000).padStart(3, "0")}`);
  const whole = join(folder, "tile", String(level), ...groups);
  return width === 256 ? [whole] : [whole, `${whole}.p/${width}`]; // a tile that has filled up serves an old head too
}

function readTile(folder, level, index, width) {
  const found = tilePath(folder, level, index, width).find((path) => existsSync(path) );
  must(found, `tile ${level}/${index} (${width}) is missing`);
  return readFileSync(found);
}

function hashTile(folder, level, index, width) {
  const raw = readTile(folder, level, index, width);
  must(raw.length >= width * 32 && raw.length % 32 === 0, `tile ${level}/${index} has a wrong length`);
  return Array.from({ length: width }, (_, n) => raw.subarray(n * 32, n * 32 + 32));
}

function bundle(folder, index, width) {
  const raw = readTile(folder, "entries", index, width), entries = [];
  for (let at = 0; at < raw.length;) {
    must(at + 2 <= raw.length, `bundle ${index} is cut`);
    const end = at + 2 + raw.readUInt16BE(at);
    must(end <= raw.length, `bundle ${index} is cut`);
    entries.push(raw.subarray(at + 2, end));
    at = end;
  }
  must(entries.length >= width, `bundle ${index} has too few entries`);
  return entries.slice(0, width);
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?\+08:00$/;

function checkEntry(bytes, where) {
  const entry = canonical(bytes, where);
  must(plainObject(entry) && entry.v === 1 && entry.alg === "sha256", `${where}: version or hash`);
  must(typeof entry.stream === "string" && Number.isSafeInteger(entry.seq) && entry.seq >= 1, `${where}: stream or number`);
  must(typeof entry.kind === "string" && INSTANT.test(entry.at) && INSTANT.test(entry.entered), `${where}: kind or times`);
  must(plainObject(entry.commit), `${where}: commitments`);
  for (const [name, one] of Object.entries(entry.commit)) must(base64url(one, `${where} ${name}`).length === 32, `${where} ${name}: length`);
  return entry;
}

function checkLog(policy, head, folder) {
  const numbers = new Map();
  let level = [], entries = 0;
  for (let index = 0; index * 256 < head.size; index++) {
    const width = Math.min(256, head.size - index * 256), told = hashTile(folder, 0, index, width);
    bundle(folder, index, width).forEach((bytes, n) => {
      const where = `entry ${index * 256 + n}`, entry = checkEntry(bytes, where);
      must(leafHash(bytes).equals(told[n]), `${where}: not what the tile says`);
      const before = numbers.get(entry.stream) ?? 0;
      must(entry.seq === before + 1, `${where}: ${entry.stream} has ${before} and goes on with ${entry.seq}`);
      numbers.set(entry.stream, entry.seq);
      entries++;
    });
    level.push(rootOf(told));
  }
  must(rootOf(level).equals(head.root), "the tiles do not make the root that is signed");
  for (let height = 1, full = Math.floor(head.size / 256); full > 0; height++, full = Math.floor(full / 256)) {
    const up = [];
    for (let index = 0; index * 256 < full; index++) {
      const width = Math.min(256, full - index * 256), told = hashTile(folder, height, index, width);
      told.forEach((one, n) => must(one.equals(level[index * 256 + n]), `tile ${height}/${index}: place ${n} is not what lies below`));
      up.push(rootOf(told));
    }
    level = up;
  }
  return { entries, streams: numbers.size };
}

// ---- receipts (c2sp.org/tlog-proof) ---------------------------------------------------------------------------------
function checkReceipt(text, policy) {
  const lines = text.split("\n"), blank = lines.indexOf("");
  must(lines.shift() === "c2sp.org/tlog-proof@v1" && blank > 0, "not a receipt");
  must(lines[0]?.startsWith("extra "), "a receipt without its entry");
  const packed = canonical(inflateSync(base64(lines.shift().slice(6), "extra"), { maxOutputLength: 1 << 20 }), "extra");
  const said = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift());
  must(said, "no index");
  const path = lines.splice(0, lines.indexOf("")).map((one) => base64(one, "path"));
  must(path.length <= 63 && path.every((one) => one.length === 32), "a path of other than hashes");
  const head = checkpointOf(lines.slice(1).join("\n"), policy);
  must(same(Object.keys(packed).sort(), ["entry", "show"]), "extra holds something else");
  const commit = { ...packed.entry.commit };
  for (const [name, opened] of Object.entries(packed.show)) {
    must(!(name in commit), `${name} is both shown and closed`);
    must(Array.isArray(opened) && opened.length === 2, `${name}: not salt and value`);
    const salt = base64url(opened[0], name);
    must(salt.length === 16, `${name}: the salt is not 16 bytes`);
    commit[name] = sha256(salt, jcs([name, opened[1]])).toString("base64url");
  }
  const bytes = Buffer.from(jcs({ ...packed.entry, commit }));
  const entry = checkEntry(bytes, "entry"), leaf = leafHash(bytes), index = Number(said[1]);
  must(rootBy(path, leaf, index, head.size).equals(head.root), "the path does not lead to the root");
  const shown = Object.fromEntries(Object.entries(packed.show).map(([name, opened]) => [name, opened[1]]));
  return { stream: entry.stream, seq: entry.seq, act: entry.act, at: entry.at, index, leaf: leaf.toString("hex"), shown,
           origin: head.origin, size: head.size, root: head.root.toString("hex"), by: head.by, final: head.final };
}

function checkTogether(receipts) {
  for (const a of receipts) for (const b of receipts) {
    if (a === b || a.stream !== b.stream || a.seq > b.seq) continue;
    must(a.origin === b.origin, `${a.stream}: two logs`);
    must(a.size !== b.size || a.root === b.root, `${a.stream}: two trees of ${a.size} entries`);
    if (a.seq === b.seq) must(a.index === b.index && a.leaf === b.leaf, `${a.stream}#${a.seq} stands twice`);
    else must(b.index - a.index >= b.seq - a.seq, `${a.stream}#${a.seq} and #${b.seq} stand too near`);
  }
}

// ---- the draw (docs/draw.md) ----------------------------------------------------------------------------------------
const H = (value) => createHash("sha256").update(jcs(value)).digest("hex");
const M = (seed, value) => createHmac("sha256", Buffer.from(seed, "hex")).update(jcs(value)).digest("hex");
const ascii = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const HEX = /^[0-9a-f]{64}$/;

function stepped(link, steps) {
  let hash = Buffer.from(link, "hex");
  for (let n = 0; n < steps; n++) hash = sha256("qingfeng.draw.link/1\n", hash);
  return hash.toString("hex");
}

function redo(plan, given, beacon) {
  const id = H(plan), byParty = new Map(given.map((one) => [one.party, one.link]));
  const links = plan.entropy.parties.map(({ id: party, anchor, position }) => {
    const link = byParty.get(party) ?? null;
    const state = link === null ? "missing" : HEX.test(link) && stepped(link, position) === anchor ? "given" : "false";
    return { party, link, state };
  });
  const counting = links.map((one) => (one.state === "given" ? one.link : null));
  const valid = counting.filter((one) => one !== null).length;
  return { id, links, valid, linksId: H(["qingfeng.draw.links/1", id, counting]), seed: H(["qingfeng.draw.seed/1", id, counting, beacon]) };
}

function teamsOf(plan, seed) {
  const tickets = Object.fromEntries(plan.pool.map((firm) => [firm.id, M(seed, ["ticket", firm.id])]));
  const ranked = [...plan.pool].sort((a, b) => ascii(tickets[a.id], tickets[b.id]) || ascii(a.id, b.id));
  const left = { ...plan.quotas }, won = ranked.filter((firm) => left[firm.class]-- > 0);
  const barred = new Set(plan.conflicts.map((one) => jcs([one.officer, one.firm])));
  const { size, substitutes, load, skills } = plan.team, n = plan.officers.length;
  for (let round = 1; round <= 100; round++) {
    const seats = new Map(), teams = [];
    const sat = won.every((firm) => {
      const sitting = [], tries = [];
      for (let seat = 1; seat <= size + substitutes; seat++) {
        const wanted = seat === 1 || seat > size ? [...skills, ...firm.needs] : [];
        const may = (one) => !sitting.includes(one.id) && !barred.has(jcs([one.id, firm.id])) && (seats.get(one.id) ?? 0) < load &&
          wanted.every((skill) => one.skills.includes(skill));
        if (!plan.officers.some(may)) return false;
        for (let attempt = 1; ; attempt++) {
          const v = parseInt(M(seed, ["officer", round, firm.id, seat, attempt]).slice(0, 4), 16);
          if (v >= 65536 - (65536 % n) || !may(plan.officers[v % n])) continue;
          sitting.push(plan.officers[v % n].id);
          seats.set(sitting.at(-1), (seats.get(sitting.at(-1)) ?? 0) + 1);
          tries.push(attempt);
          break;
        }
      }
      teams.push({ n: teams.length + 1, firm: firm.id, class: firm.class, ticket: tickets[firm.id],
                   officers: sitting.slice(0, size), substitutes: sitting.slice(size), tries });
      return true;
    });
    if (sat) return { tickets, round, teams };
  }
  return null;
}

function sorted(list, key, what) {
  list.forEach((one, n) => must(n === 0 || ascii(key(list[n - 1]), key(one)) < 0, `${what}: not sorted, or twice`));
}

function checkPlan(plan) {
  must(plan.v === 1, "the plan's version");
  for (const name of ["pool", "exclusions", "officers"]) sorted(plan[name], (one) => one.id, name);
  sorted(plan.entropy.parties, (one) => one.id, "parties");
  sorted(plan.conflicts, (one) => `${one.officer}\u0000${one.firm}`, "conflicts");
  must(plan.pool.length + plan.exclusions.length === plan.library.count, "pool and exclusions are not the library");
  const pooled = new Set(plan.pool.map((one) => one.id));
  for (const one of plan.exclusions) must(!pooled.has(one.id) && one.by !== one.approved_by, `exclusion ${one.id}`);
  must(plan.team.size >= 2, "a team of less than two");
  const { frozen, links_by, draw_by, publish_by } = plan.deadlines, { at } = plan.entropy.beacon;
  must([frozen, links_by, at, draw_by, publish_by].every((one, n, all) => n === 0 || Date.parse(all[n - 1]) <= Date.parse(one)), "deadlines out of order");
}

function checkDraw(value) {
  must(plainObject(value) && value.v === 1, "not version 1");
  if ("leaves" in value) {
    const leaf = H(["qingfeng.draw.team/1", value.salt, value.team]);
    must(value.leaves[value.team.n - 1] === leaf, "the team is not the one that was drawn");
    must(H(["qingfeng.draw.root/1", value.plan_id, value.drawn, value.leaves]) === value.root, "the leaves do not make the root");
    return { kind: "opening", plan_id: value.plan_id, root: value.root, team: value.team.n };
  }
  const { plan } = value;
  checkPlan(plan);
  must(H(plan) === value.plan_id, "the plan is not that of its id");
  if ("void" in value) {
    const { root, ...others } = value;
    must(H(["qingfeng.draw.void/1", others]) === root, "the void is not that of its root");
    const { why, by, approved_by } = value.void;
    must(by === null || by !== approved_by, "one person alone made it void");
    if (why === "links") must(redo(plan, value.links, "").valid < plan.entropy.min_links, "there were links enough");
    if (why === "team") must(teamsOf(plan, redo(plan, value.links, value.beacon).seed) === null, "there were teams");
    return { kind: "void", plan_id: value.plan_id, root, why };
  }
  const made = redo(plan, value.links, value.beacon);
  must(same(made.links, value.links), "the links are not what they are said to be");
  must(made.valid >= plan.entropy.min_links, "too few links");
  must(made.linksId === value.links_id && made.seed === value.seed, "links or seed");
  must(same(made.links.filter((one) => one.state !== "given").map((one) => one.party), value.missing), "who is named as missing");
  const drawn = teamsOf(plan, made.seed);
  must(drawn !== null, "no teams can be drawn");
  for (const name of ["tickets", "round", "teams"]) must(same(drawn[name], value[name]), name);
  const leaves = drawn.teams.map((team) => H(["qingfeng.draw.team/1", M(made.seed, ["salt", team.n]), team]));
  must(H(["qingfeng.draw.root/1", made.id, value.drawn, leaves]) === value.root, "root");
  const at = Date.parse(value.drawn);
  must(at >= Date.parse(plan.entropy.beacon.at) && at <= Date.parse(plan.deadlines.draw_by), "drawn at a time that the plan does not allow");
  return { kind: "draw", plan_id: value.plan_id, links_id: value.links_id, root: value.root, teams: drawn.teams.length };
}

// ---- the command ----------------------------------------------------------------------------------------------------
const readText = (path) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));

function main([what, ...args]) {
  if (what === "log") {
    const policy = policyOf(readText(args[0])), head = checkpointOf(readText(args[1]), policy);
    return [{ ...checkLog(policy, head, args[2]), origin: head.origin, size: head.size, by: head.by, final: head.final }, head.final ? 0 : 3];
  }
  if (what === "receipt") {
    const policy = policyOf(readText(args[0])), receipts = args.slice(1).map((path) => checkReceipt(readText(path), policy));
    must(receipts.length > 0, "no receipt is named");
    checkTogether(receipts);
    return [{ receipts }, receipts.every((one) => one.final) ? 0 : 3];
  }
  must(what === "draw", "log, receipt or draw");
  const found = checkDraw(parsed(readFileSync(args[0]), args[0]));
  ["plan_id", "links_id", "root"].forEach((name, n) => must(!args[n + 1] || found[name] === args[n + 1], `${name} is not that of the log`));
  return [found, 0];
}

try {
  const [found, code] = main(process.argv.slice(2));
  console.log(JSON.stringify({ ok: true, ...found }));
  process.exitCode = code;
} catch (error) {
  console.log(JSON.stringify({ ok: false, why: error.message }));
  process.exitCode = error instanceof Bad || error instanceof TypeError ? 1 : 2;
}
