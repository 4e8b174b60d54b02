import { z } from 'zod';

/** A version of a Temporal Worker Deployment. */
export interface DeploymentVersion {
  deploymentName: string;
  buildId: string;
}

/** How a worker takes part in a deploy (docs/operations.md, "Deploying"). */
export interface WorkerVersion {
  /** Null: unversioned, any worker runs any payment. */
  deployment: DeploymentVersion | null;
  /** Patches of workflow code that this worker begins no workflow with; it goes on with those that have begun. */
  heldPatches: string[];
}

const DEPLOYMENT_NAME = /^[A-Za-z0-9_-]{1,100}$/;
const BUILD_ID = /^[A-Za-z0-9._-]{1,100}$/;
const PATCH_IDS = /^[A-Za-z0-9-]+(\s*,\s*[A-Za-z0-9-]+)*$/;

export const WORKER_VERSION_VARIABLES = {
  HOLDFAST_DEPLOYMENT_NAME: z
    .string()
    .regex(DEPLOYMENT_NAME, 'must be 1 to 100 letters, digits, _ and -')
    .optional(),
  HOLDFAST_BUILD_ID: z.string().regex(BUILD_ID, 'must be 1 to 100 letters, digits, ., _ and -').optional(),
  HOLDFAST_HELD_PATCHES: z
    .string()
    .regex(PATCH_IDS, 'must be ids of patches, separated by commas')
    .transform((text) => text.split(',').map((id) => id.trim()))
    .default([]),
};

type Read = z.output<z.ZodObject<typeof WORKER_VERSION_VARIABLES>>;

/** @param problems gets what is wrong with them together */
export function workerVersionOf(read: Read, problems: string[]): WorkerVersion {
  const deploymentName = read.HOLDFAST_DEPLOYMENT_NAME;
  const buildId = read.HOLDFAST_BUILD_ID;
  const heldPatches = read.HOLDFAST_HELD_PATCHES;
  if (deploymentName && buildId) return { deployment: { deploymentName, buildId }, heldPatches };
  if (deploymentName) problems.push('HOLDFAST_BUILD_ID is missing: a version of a deployment needs both');
  if (buildId) problems.push('HOLDFAST_DEPLOYMENT_NAME is missing: a version of a deployment needs both');
  return { deployment: null, heldPatches };
}
