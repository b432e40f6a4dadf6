import { type GuestName, guestNames } from '../guests/registry.js';
import { type AnyTrackerName, type TrackerName, trackerNames, trackers } from '../trackers/registry.js';
import { isFloor } from './floor.js';

/** Trackers that are named together: all, or those that work on one kind of guest. */
export type TrackerGroup = GuestName | 'all';

/** What may stand where trackers are named. */
export type TrackerChoice = AnyTrackerName | TrackerGroup;

const groupNames: readonly TrackerGroup[] = ['all', ...guestNames];

/** Every name that may stand where trackers are named, beside the paths of modules. */
export const trackerChoices: readonly (TrackerName | TrackerGroup)[] = [...trackerNames, ...groupNames];

/** Whether a name is that of several trackers. */
export function isGroup(choice: TrackerChoice): choice is TrackerGroup {
  return groupNames.some((name) => name === choice);
}

/** The trackers that are named, each once; a group is without those that only show what measuring costs: they are measured anyway. */
export function trackersIn(choices: readonly TrackerChoice[]): AnyTrackerName[] {
  return [...new Set(choices.flatMap((choice) => (isGroup(choice) ? inGroup(choice) : [choice])))];
}

function inGroup(group: TrackerGroup): TrackerName[] {
  return trackerNames.filter((name) => !isFloor(name) && (group === 'all' || trackers[name].guest === group));
}
