/**
 * A visit that is filled in on a page, from the first answer to the server's. What is sent is kept, to
 * the letter, until it was answered: when the answer is lost the same is sent again, and the server
 * knows it by its `instance_id`.
 */
import { draftOf, type Draft } from './drafts.svelte';
import { ApiError, getJson } from './http';
import { answerFault, askedOf, kindOf, knownAnswers, nameOfQuestion } from './questionnaire';
import { photoName, sendPhotos, type ChosenPhoto, type PhotoQueue } from './photos.svelte';
import type { Enterprise, Finding, Question, Questionnaire, Visit, VisitKind } from './types';

export interface ProductAnswer {
  key: number;
  product_name: string;
  product_commodity: string;
  capacity_quantity: string;
  capacity_unit: string;
  capacity_period: string;
  working_days: string;
  utilisation: string;
}

export interface VisitValues {
  instance: string;
  start: string;
  village: string;
  kind: VisitKind | '';
  /** Of a revisit. */
  enterprise: string;
  revision: number | null;
  outcome: Finding | '';
  answers: Record<string, string>;
  /** By the names of their questions; they follow once the visit is kept. */
  photos: Record<string, ChosenPhoto>;
  products: ProductAnswer[];
  /** "ya": the products that are known are still right. */
  keeps: string;
  knownProducts: string;
  /** Every consent was read to the owner. */
  readAloud: boolean;
  note: string;
}

/** Sent, and not yet answered. It holds all that was sent, so it must not be changed or written down. */
type Pending = Readonly<Record<string, unknown>>;
const waiting = new Map<VisitValues, Pending>();

/** No answer, or one that does not say whether it was kept: too slow, too busy, or something in between. */
const UNSURE = [0, 408, 502, 503, 504];

let products = 0;
export const emptyProduct = (): ProductAnswer => ({
  key: (products += 1), product_name: '', product_commodity: '', capacity_quantity: '', capacity_unit: '',
  capacity_period: '', working_days: '', utilisation: '',
});

/** Also where the page is not served over https, as on an office's own network. */
function uuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const emptyVisit = (village: string): VisitValues => ({
  instance: uuid(), start: new Date().toISOString(), village, kind: '', enterprise: '', revision: null, outcome: '',
  answers: {}, photos: {}, products: [emptyProduct()], keeps: '', knownProducts: '', readAloud: false, note: '',
});

export type VisitDraft = Draft<VisitValues>;

export class Filling {
  draft: VisitDraft = $state.raw() as VisitDraft;
  /** Sent and not answered: only the same may be sent. */
  pending = $state(false);
  kept = $state.raw<Visit | null>(null);
  /** Its photos, on their way. */
  sending = $state.raw<PhotoQueue | null>(null);
  /** What is wrong with which question; nothing until it was tried to send. */
  faults = $state.raw<Record<string, string>>({});
  /** Values that are kept encrypted: they go with the page. */
  secrets = $state<Record<string, string>>({});

  constructor(
    private readonly campaign: string,
    private readonly questionnaire: Questionnaire,
    private readonly restricted: (field: string) => boolean,
    village: string,
  ) {
    this.#begin(village);
  }

  #begin(village: string) {
    this.draft = draftOf(`visit ${this.campaign}`, () => emptyVisit(village));
    this.pending = waiting.has(this.draft.values);
    this.faults = {};
    this.secrets = {};
  }

  get values(): VisitValues {
    return this.draft.values;
  }
  /** New ones, and known ones that were found, are asked everything. */
  get asksAll(): boolean {
    const { kind, outcome } = this.values;
    return kind === 'new' || (kind === 'revisit' && outcome === 'found');
  }
  get questions(): Question[] {
    return this.questionnaire.sections.flatMap(({ questions }) => questions);
  }
  get asked(): Set<string> {
    return this.asksAll ? askedOf(this.questions, { ...this.values.answers, ...this.secrets }) : new Set();
  }
  isSecret = (question: Question): boolean => Boolean(question.field && this.restricted(question.field));
  answer = (question: Question): string =>
    (this.isSecret(question) ? this.secrets : this.values.answers)[nameOfQuestion(question)] ?? '';
  put(question: Question, answer: string) {
    const name = nameOfQuestion(question);
    (this.isSecret(question) ? this.secrets : this.values.answers)[name] = answer;
    // What was wrong was the answer before.
    if (this.faults[name]) this.faults = Object.fromEntries(Object.entries(this.faults).filter(([of]) => of !== name));
  }

  /** What is known of the usaha is what its answers begin with. */
  choose(item: Enterprise | null) {
    const { values } = this;
    values.enterprise = item?.id ?? '';
    values.revision = item?.revision ?? null;
    values.answers = item ? knownAnswers(item) : {};
    values.knownProducts = (item?.products ?? []).map(({ name }) => name).join(', ');
    values.keeps = '';
    values.photos = {};
    values.products = [emptyProduct()];
    values.readAloud = false;
    this.secrets = {};
  }

  #check(): Record<string, string> {
    const { values } = this;
    const faults: Record<string, string> = {};
    const must = (name: string, given: unknown, text: string) => { if (!given) faults[name] = text; };
    must('village', values.village, 'required');
    must('kind', values.kind, 'required');
    if (values.kind === 'revisit') {
      must('enterprise', values.enterprise, 'required');
      must('outcome', values.outcome, 'required');
    }
    const asked = this.asked;
    for (const question of this.questions) {
      const name = nameOfQuestion(question);
      const kind = kindOf(question);
      if (!asked.has(name)) continue;
      if (kind === 'photo') {
        if (question.required) must(name, values.photos[name], 'required');
        continue;
      }
      if (kind === 'products') {
        Object.assign(faults, this.#productFaults(question));
        continue;
      }
      const answer = this.answer(question);
      const missing = !answer.trim() && (question.required || (name === 'name' && values.kind === 'new'));
      const odd = missing ? 'required' : answerFault(question, answer);
      if (odd) faults[name] = odd;
    }
    return faults;
  }

  #productFaults(question: Question): Record<string, string> {
    const { values } = this;
    if (values.kind === 'revisit' && values.knownProducts) {
      if (!values.keeps) return { products: 'required' };
      if (values.keeps === 'ya') return {};
    }
    const named = values.products.filter((product) => product.product_name.trim());
    if (question.required && !named.length) return { products: 'required' };
    const faults: Record<string, string> = {};
    for (const product of values.products) {
      const { product_name: name, capacity_quantity: quantity, capacity_unit: unit, capacity_period: period } = product;
      const rest = Object.entries(product).some(([key, value]) => key !== 'key' && key !== 'product_name' && value);
      if (!name.trim() && rest) faults[`product ${product.key}`] = 'product';
      else if (quantity && !(Number(quantity.replace(',', '.')) > 0)) faults[`product ${product.key}`] = 'quantity';
      else if (quantity && (!unit || !period)) faults[`product ${product.key}`] = 'unit';
    }
    return faults;
  }

  #body(): Pending {
    const { values, asked } = this;
    const answers: Record<string, string> = {};
    for (const question of this.questions) {
      const name = nameOfQuestion(question);
      const kind = kindOf(question);
      if (!asked.has(name) || kind === 'products') continue;
      if (kind === 'photo') {
        answers[name] = values.photos[name]?.name ?? '';
        continue;
      }
      // Consents that nobody read out are not given, and not withdrawn.
      if (name === 'consents' && !values.readAloud) continue;
      answers[name] = this.answer(question).trim();
    }
    const keeps = values.kind === 'revisit' && values.keeps === 'ya';
    const listed = asked.has('products') && !keeps ? values.products.filter(({ product_name }) => product_name.trim()) : [];
    const products = listed.map(({ key: _, ...product }) => ({
      ...product,
      capacity_quantity: product.capacity_quantity.replace(',', '.'),
      working_days: product.capacity_period === 'day' ? product.working_days : '',
    }));
    const revisit = values.kind === 'revisit'
      ? { enterprise: values.enterprise, outcome: values.outcome, ...(values.revision ? { revision: values.revision } : {}) }
      : {};
    return Object.freeze({
      instance_id: values.instance, campaign: this.campaign, village: values.village, kind: values.kind, ...revisit,
      start: values.start, answers, products, keeps_products: keeps,
      ...(values.note.trim() ? { note: values.note.trim() } : {}),
    });
  }

  photo = (question: Question): ChosenPhoto | null => this.values.photos[nameOfQuestion(question)] ?? null;
  takePhoto(question: Question, photo: ChosenPhoto | null) {
    const name = nameOfQuestion(question);
    const { photos } = this.values;
    if (photo) photos[name] = { name: photoName(name, photo.file), file: photo.file };
    else delete photos[name];
    if (this.faults[name]) this.faults = Object.fromEntries(Object.entries(this.faults).filter(([of]) => of !== name));
  }

  /** The photos of questions that are asked. */
  #photos(): ChosenPhoto[] {
    const { asked, values } = this;
    return Object.entries(values.photos).flatMap(([question, photo]) => (asked.has(question) ? [photo] : []));
  }

  /** Answers false where something is to be put right first. */
  async send(): Promise<boolean> {
    const { values } = this;
    let body = waiting.get(values);
    if (!body) {
      this.faults = this.#check();
      if (Object.keys(this.faults).length) return false;
      body = this.#body();
      waiting.set(values, body);
    }
    this.pending = true;
    const sent = body;
    const done = await this.draft.save(async () => {
      this.kept = await getJson<Visit>('/api/v1/visits', { method: 'POST', body: sent });
    });
    const { problem } = this.draft;
    // Refused is answered too: nothing was kept, and all of it may be changed.
    const refused = problem instanceof ApiError && !UNSURE.includes(problem.status);
    if (done || refused) {
      waiting.delete(values);
      this.pending = false;
    }
    if (done) {
      const photos = this.#photos();
      this.sending = this.kept && photos.length ? sendPhotos(this.kept.id, photos) : null;
      this.draft.forget();
    }
    return done;
  }

  /** On to the next one in the same village. */
  next() {
    const { village } = this.values;
    this.kept = null;
    this.sending = null;
    this.#begin(village);
  }

  /** Gives up what was typed. */
  drop() {
    this.draft.forget();
    this.next();
  }
}
