import { statSync } from 'node:fs';
import { z } from 'zod';
import { type ModelCertificate, type ProjectModel, projectModelSchema } from '../../contract/models.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import { inspectModel, openAxes } from '../../models/inspect/inspect-model.ts';

/** Where a project keeps the list of its models. */
const KEY = 'models';
const listSchema = z.array(projectModelSchema);

/** The models that a project points to, in the order they were added. */
export function listModels(project: Project): ProjectModel[] {
  return listSchema.parse(project.meta.get(KEY) ?? []);
}

/** @throws UserError('model.unknown') */
export function getModel(project: Project, id: string): ProjectModel {
  const found = listModels(project).find((model) => model.id === id);
  if (found) return found;
  throw new UserError('model.unknown', `There is no model ${id} in this project.`, { id });
}

/**
 * Adds a model by its path; one that is there already comes back as it is.
 * @throws UserError `model.no-file`, and as `inspectModel`: what cannot be opened is not added
 */
export async function addModel(project: Project, path: string): Promise<ProjectModel> {
  const known = listModels(project).find((model) => model.path === path);
  if (known) return known;
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new UserError('model.no-file', `There is no file or folder ${path}.`, { path });
  const facts = await modelFacts(path);
  const model: ProjectModel = { id: newId(), path, ...facts, addedAt: Date.now(), certificate: null };
  project.transaction(() => project.meta.set(KEY, [...listModels(project), model]));
  return model;
}

/** An ONNX file whose open axes have no default is opened for axes of 1: parameters do not depend on them. */
async function modelFacts(path: string) {
  const axes = path.toLowerCase().endsWith('.onnx') ? await openAxes(path) : [];
  const { name, format, architecture, total } = await inspectModel(
    path,
    Object.fromEntries(axes.map((axis) => [axis, 1])),
  );
  return { name, format, architecture, parameters: total.parameters };
}

/** Takes a model off the list; its files stay. */
export function removeModel(project: Project, id: string): void {
  project.transaction(() =>
    project.meta.set(
      KEY,
      listModels(project).filter((model) => model.id !== id),
    ),
  );
}

/** Keeps a certificate with its model. @throws UserError('model.unknown') where it was removed meanwhile */
export function setCertificate(project: Project, id: string, certificate: ModelCertificate): void {
  project.transaction(() => {
    getModel(project, id);
    project.meta.set(
      KEY,
      listModels(project).map((model) => (model.id === id ? { ...model, certificate } : model)),
    );
  });
}
