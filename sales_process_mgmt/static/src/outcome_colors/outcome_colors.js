// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

const GREEN = "#28A745";
const YELLOW = "#F7D26B";
const ORANGE = "#F0AD4E";
const RED = "#DC3545";
const DARK_RED = "#8B1A26";
const GREY = "#8A8D93";
const AGES = {
    "0_not_due": GREEN,
    "1_until_30": YELLOW,
    "2_until_60": ORANGE,
    "3_until_90": RED,
    "4_older": DARK_RED,
    "5_disputed": GREY,
};

// What is good or bad whatever stands beside it: Odoo gives colours by place.
export const COLORS = {
    age: AGES,
    bucket: AGES,
    counts: {true: GREEN, false: RED},
    end_reason: {expired: RED},
    outcome: {on_time: GREEN, late: ORANGE, missing: RED, owed: GREY},
};

/**
 * The colour of a group, by what its rows have in common. The last condition is the
 * narrowest.
 *
 * @param {Array} domain of the group
 * @returns {String|undefined} nothing where it is neither good nor bad
 */
export function getOutcomeColor(domain) {
    let color;
    for (const leaf of domain || []) {
        if (Array.isArray(leaf) && leaf[1] === "=") {
            const [name, , value] = leaf;
            if (Object.hasOwn(COLORS, name) && Object.hasOwn(COLORS[name], value)) {
                color = COLORS[name][value];
            }
        }
    }
    return color;
}

/**
 * Give bars, points or slices their colours; the others keep what they have.
 *
 * @param {Object[]} datasets of Chart.js, with the domain of each of their points
 * @param {String[]} names of what is coloured
 */
export function paintOutcomes(datasets, names) {
    for (const dataset of datasets) {
        const colors = (dataset.domains || []).map(getOutcomeColor);
        const known = [...new Set(colors.filter(Boolean))];
        if (!known.length) {
            continue;
        }
        for (const name of names) {
            const before = dataset[name];
            // A series has one colour, as its legend; groups of one series have theirs.
            dataset[name] =
                known.length === 1 && !Array.isArray(before)
                    ? known[0]
                    : colors.map(
                          (color, at) =>
                              color || (Array.isArray(before) ? before[at] : before)
                      );
        }
    }
}
