import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { scheduleNightly } from '../../../../jobs/nightly.ts';
import { DiskError, type FileNow, mayWrite, readFileNow } from '../../../library/edit/disk.ts';
import { placeOf } from '../../../library/edit/place.ts';
import { bytesOfText, textOfBytes } from '../../../library/edit/text.ts';
import { withValue } from '../../../library/edit/yaml-value.ts';
import { type Settings, settingsFile } from '../../../library/schema.ts';
import { recordAct } from '../../../people/audit.ts';
import { loadKnowledge } from '../../../render/load-content.ts';
import { saveContent } from '../../../studio/editing/save.ts';
import { firstOf } from '../../bodies.ts';
import type { WebContext } from '../../context.ts';
import { rootOf } from '../../root.ts';
import { missing, sendConsole } from '../page.ts';
import { given, nameOf, SETTING_FIELDS, SETTING_GROUPS, shown } from './settings-fields.ts';

const FILE = 'settings.yaml';

const text = firstOf(z.string().max(100)).optional();
const posted = z
  .object(Object.fromEntries(SETTING_FIELDS.map((field) => [nameOf(field), text])))
  .and(z.object({ basedOn: firstOf(z.string().regex(/^[0-9a-f]{64}$/)) }));
const told = z.object({ done: z.enum(['saved', 'same']).optional().catch(undefined) });

/** Why nothing was changed; each has words. */
type Trouble = 'changed' | 'refused' | 'values' | 'link' | 'no_file' | 'too_large' | 'read_only';

/**
 * The few settings that are safe to change while everything runs. They stand in the library's `settings.yaml`, which
 * stays the one truth: this page writes there as an editor would, with the check before and the history after.
 */
export function settingsRoutes(app: FastifyInstance, context: WebContext): void {
  const admin = { config: { role: 'admin' as const } };

  app.get('/operations/settings', admin, (request, reply) =>
    send(context, request, reply, { done: told.parse(request.query).done }),
  );

  app.post('/operations/settings', admin, async (request, reply) => {
    const { libraryDir, templatesDir } = context.config;
    const body = posted.safeParse(request.body ?? {});
    const file = libraryDir === undefined ? null : await readFile(libraryDir);
    const settings = file && settingsIn(file);
    const place = placeOf('settings', 'settings');
    if (
      !body.success ||
      !file ||
      !settings ||
      !place ||
      libraryDir === undefined ||
      templatesDir === undefined
    )
      return missing(context, request, reply);
    const { basedOn, ...entered } = body.data as { basedOn: string } & Record<string, string | undefined>;
    if (basedOn !== file.hash) return send(context, request, reply, { trouble: 'changed', entered });
    const changes = changesOf(settings, entered);
    if (changes.wrong.length > 0)
      return send(context, request, reply, { trouble: 'values', entered, wrong: changes.wrong });
    const back = `${rootOf(request.url)}operations/settings`;
    if (changes.made.length === 0) return reply.redirect(`${back}?done=same`, 303);

    let source = textOfBytes(file.data) ?? '';
    for (const { path, value } of changes.made) source = withValue(source, path, value);
    const now = context.now();
    const saved = await saveContent(
      { db: context.db, libraryDir, templatesDir },
      { place, data: bytesOfText(source, file.data), basedOn, person: request.person, now },
    );
    switch (saved.kind) {
      case 'changed':
        return send(context, request, reply, { trouble: 'changed', entered });
      case 'refused':
        return send(context, request, reply, { trouble: 'refused', entered, problems: saved.problems });
      case 'trouble':
        return send(context, request, reply, { trouble: saved.code, entered });
      case 'same':
        return reply.redirect(`${back}?done=same`, 303);
    }
    const detail = Object.fromEntries(
      changes.made.map(({ path, was, text: is }) => [path.join('.'), `${was} → ${is}`]),
    );
    await recordAct(context.db, request.person, {
      action: 'setting_changed',
      subject: `library/${FILE}`,
      detail,
      now,
    });
    if (changes.made.some(({ path }) => path[0] === 'nightly') && context.queues) {
      // from the file: what watches it may not have noticed yet
      const content = { ...context.content, library: () => loadKnowledge(libraryDir) };
      await scheduleNightly({ queues: context.queues, content });
    }
    return reply.redirect(`${back}?done=saved`, 303);
  });
}

/** What was entered otherwise than it is. A field that the form did not have stays as it is. Pure. */
function changesOf(settings: Settings, entered: Record<string, string | undefined>) {
  const wrong: string[] = [];
  const made = SETTING_FIELDS.flatMap((field) => {
    const [text, was] = [entered[nameOf(field)], shown(field, settings)];
    if (text === undefined || was === null || text === was) return [];
    const value = given(field, text);
    if (value === null) wrong.push(nameOf(field));
    return value === null ? [] : [{ path: field.path, value, was, text }];
  });
  return { wrong, made };
}

async function readFile(libraryDir: string): Promise<FileNow | null> {
  try {
    return await readFileNow(libraryDir, FILE);
  } catch (error) {
    if (error instanceof DiskError) return null;
    throw error;
  }
}

/** Null: the file has errors, and the library's pages say which. */
function settingsIn(file: FileNow): Settings | null {
  try {
    const read = settingsFile.safeParse(parseDocument(textOfBytes(file.data) ?? '').toJS());
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

async function send(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  page: {
    done?: string | undefined;
    trouble?: Trouble;
    entered?: Record<string, string | undefined>;
    wrong?: string[];
    problems?: { message: string }[];
  },
): Promise<FastifyReply> {
  const { libraryDir } = context.config;
  const file = libraryDir === undefined ? null : await readFile(libraryDir);
  const settings = file && settingsIn(file);
  const { entered = {}, wrong = [] } = page;
  const groups = SETTING_GROUPS.map(({ group, fields }) => ({
    group,
    fields: fields.map((field) => {
      const name = nameOf(field);
      const now = settings && shown(field, settings);
      const value = entered[name] ?? now;
      return {
        ...field,
        name,
        id: name.replace('.', '-'),
        [field.as]: true,
        number: field.as === 'whole' || field.as === 'percent',
        step: field.as === 'percent' ? 'any' : '1',
        value,
        // what it is by now, where that is not what stands in the field
        now: value === now ? null : now,
        wrong: wrong.includes(name),
        options: (field.choices ?? (field.as === 'switch' ? ['on', 'off'] : [])).map((choice) => ({
          choice,
          chosen: choice === value,
        })),
      };
    }),
  }));
  const writable = libraryDir !== undefined && (await mayWrite(libraryDir));
  return sendConsole(context, request, reply, {
    name: 'operations-settings',
    place: 'operations',
    status: page.trouble === undefined ? 200 : page.trouble === 'changed' ? 409 : 422,
    data: {
      done: page.done,
      trouble: page.trouble,
      problems: page.problems ?? [],
      groups: settings ? groups : null,
      basedOn: file?.hash ?? '',
      writable,
    },
  });
}
