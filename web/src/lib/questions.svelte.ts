/** A questionnaire while it is written: what each question is to be, and what the server found wrong with it. */
import { draftOf, type Draft } from './drafts.svelte';
import { ApiError, getJson } from './http';
import type { Question, QuestionType, Questionnaire, QuestionnaireDraft } from './types';
import { choicesOf, shortName, type Choice } from './questionnaire';

export interface EditedQuestion {
  key: number;
  field: string;
  name: string;
  type: QuestionType;
  label: string;
  hint: string;
  required: boolean;
  /** One a line. */
  choices: string;
  /** Codes that choices had in the version before, by their words. */
  codes: Record<string, string>;
  min: string;
  max: string;
  /** The key of an earlier question; 0: always asked. */
  after: number;
  is: string[];
}
export interface EditedSection {
  key: number;
  title: string;
  questions: EditedQuestion[];
}
export interface EditedForm {
  form_id: string;
  title: string;
  sections: EditedSection[];
}

let keys = 0;
const nextKey = () => (keys += 1);

const blank = (): EditedQuestion => ({
  key: nextKey(), field: '', name: '', type: 'text', label: '', hint: '', required: false, choices: '', codes: {},
  min: '', max: '', after: 0, is: [],
});
export const ofField = (field: string, required = false): EditedQuestion => ({ ...blank(), field, required });
export const ownQuestion = (): EditedQuestion => blank();
export const newSection = (title = '', questions: EditedQuestion[] = []): EditedSection => ({ key: nextKey(), title, questions });

export const called = (question: EditedQuestion): string => question.field || question.name || shortName(question.label);

function choiceCodes({ choices, codes }: EditedQuestion): Choice[] {
  const labels = choices.split('\n').map((line) => line.trim()).filter(Boolean);
  return labels.map((label) => ({ label, code: codes[label] ?? shortName(label) }));
}

const whole = (text: string) => (/^-?\d+$/.test(text.trim()) ? Number(text) : null);

/** As the server takes it. */
export function question(edited: EditedQuestion, all: EditedQuestion[]): Question {
  const hint = edited.hint.trim() ? { hint: edited.hint.trim() } : {};
  const label = edited.label.trim() ? { label: edited.label.trim() } : {};
  const earlier = all.find(({ key }) => key === edited.after);
  const only_if = earlier ? { only_if: { question: called(earlier), is: edited.is } } : {};
  const both = { ...label, ...hint, required: edited.required, ...only_if };
  if (edited.field) return { field: edited.field, ...both };
  const chooses = edited.type === 'select_one' || edited.type === 'select_many';
  const bounds = edited.type === 'integer'
    ? { ...(edited.min.trim() ? { min: whole(edited.min) } : {}), ...(edited.max.trim() ? { max: whole(edited.max) } : {}) }
    : {};
  return { name: called(edited), type: edited.type, ...both, ...bounds, ...(chooses ? { choices: choiceCodes(edited) } : {}) };
}

export function body(form: EditedForm): QuestionnaireDraft {
  const all = form.sections.flatMap(({ questions }) => questions);
  return {
    form_id: form.form_id || shortName(form.title, '-'), title: form.title.trim(),
    sections: form.sections.map(({ title, questions }) => ({
      title: title.trim(), questions: questions.map((each) => question(each, all)),
    })),
  };
}

/** What an earlier question may have been answered. */
export const answersOf = (edited: EditedQuestion, all: EditedQuestion[]): Choice[] => choicesOf(question(edited, all));

function opened(from: Questionnaire): EditedForm {
  const named = new Map<string, number>();
  const edit = (each: Question): EditedQuestion => {
    const edited: EditedQuestion = {
      ...blank(), field: each.field ?? '', name: each.name ?? '', type: each.type ?? 'text', label: each.label ?? '',
      hint: each.hint ?? '', required: each.required ?? false,
      choices: (each.choices ?? []).map(({ label }) => label).join('\n'),
      codes: Object.fromEntries((each.choices ?? []).map(({ label, code }) => [label, code])),
      min: String(each.min ?? ''), max: String(each.max ?? ''),
      after: named.get(each.only_if?.question ?? '') ?? 0, is: each.only_if?.is ?? [],
    };
    named.set(called(edited), edited.key);
    return edited;
  };
  const sections = from.sections.map(({ title, questions }) => newSection(title, questions.map(edit)));
  return { form_id: from.form_id, title: from.title, sections };
}

export interface QuestionFault {
  field: string;
  detail: string;
}

export class Building {
  readonly draft: Draft<EditedForm>;
  /** By the key of the question or section; "" for the form itself. */
  faults = $state.raw<ReadonlyMap<number | string, QuestionFault[]>>(new Map());

  constructor(from: Questionnaire | null, first: { title: string }) {
    const start = (): EditedForm => from ? opened(from)
      : { form_id: '', title: '', sections: [newSection(first.title, [ofField('name', true), ofField('sector', true)])] };
    this.draft = draftOf(`questionnaire ${from?.id ?? ''}`, start);
  }

  get form(): EditedForm {
    return this.draft.values;
  }
  get all(): EditedQuestion[] {
    return this.form.sections.flatMap(({ questions }) => questions);
  }
  earlier(edited: EditedQuestion): EditedQuestion[] {
    const { all } = this;
    return all.slice(0, all.findIndex(({ key }) => key === edited.key));
  }

  /** Up or down by one; over the edge into the section beside. */
  move(edited: EditedQuestion, by: 1 | -1): void {
    const { sections } = this.form;
    const at = sections.findIndex(({ questions }) => questions.some(({ key }) => key === edited.key));
    const section = sections[at];
    if (!section) return;
    const place = section.questions.findIndex(({ key }) => key === edited.key);
    const [moved] = section.questions.splice(place, 1);
    if (!moved) return;
    const beside = sections[at + by];
    if (place + by >= 0 && place + by <= section.questions.length) section.questions.splice(place + by, 0, moved);
    else if (beside && by === 1) beside.questions.unshift(moved);
    else if (beside) beside.questions.push(moved);
    else section.questions.splice(place, 0, moved);
  }
  moveSection(edited: EditedSection, by: 1 | -1): void {
    const { sections } = this.form;
    const place = sections.findIndex(({ key }) => key === edited.key);
    if (!sections[place + by]) return;
    const [moved] = sections.splice(place, 1);
    if (moved) sections.splice(place + by, 0, moved);
  }
  remove(edited: EditedQuestion): void {
    for (const section of this.form.sections) {
      section.questions = section.questions.filter(({ key }) => key !== edited.key);
      for (const each of section.questions) if (each.after === edited.key) Object.assign(each, { after: 0, is: [] });
    }
  }
  removeSection(edited: EditedSection): void {
    for (const each of edited.questions) this.remove(each);
    this.form.sections = this.form.sections.filter(({ key }) => key !== edited.key);
  }

  async save(): Promise<Questionnaire | null> {
    let made: Questionnaire | null = null;
    this.faults = new Map();
    // As they stood when they were sent: they may be moved while the server thinks.
    const places = this.form.sections.map(({ key, questions }) => ({ key, questions: questions.map((each) => each.key) }));
    const saved = await this.draft.save(async () => {
      made = await getJson<Questionnaire>('/api/v1/questionnaires', { method: 'POST', body: body(this.form) });
    });
    if (saved) this.draft.forget();
    else this.#blame(places);
    return made;
  }

  #blame(places: { key: number; questions: number[] }[]): void {
    const { problem } = this.draft;
    const faults = new Map<number | string, QuestionFault[]>();
    for (const { field, detail } of problem instanceof ApiError ? (problem.problem?.errors ?? []) : []) {
      const at = /^sections\[(\d+)\](?:\.questions\[(\d+)\])?\.?(.*)$/.exec(field);
      const section = at && places[Number(at[1])];
      const key = section ? (at[2] === undefined ? section.key : section.questions[Number(at[2])]) : '';
      const of = key ?? '';
      faults.set(of, [...(faults.get(of) ?? []), { field: at?.[3] ?? field, detail }]);
    }
    this.faults = faults;
  }
}
