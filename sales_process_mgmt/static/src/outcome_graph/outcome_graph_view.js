// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {graphView} from "@web/views/graph/graph_view";
import {paintOutcomes} from "@sales_process_mgmt/outcome_colors/outcome_colors";
import {registry} from "@web/core/registry";

// Red is bad in every graph of ours, whatever its place in the order.
export class OutcomeGraphRenderer extends graphView.Renderer {
    getBarChartData() {
        const data = super.getBarChartData();
        paintOutcomes(data.datasets, ["backgroundColor"]);
        return data;
    }

    getLineChartData() {
        const data = super.getLineChartData();
        paintOutcomes(data.datasets, ["borderColor", "pointBackgroundColor"]);
        for (const dataset of data.datasets) {
            if (!Array.isArray(dataset.borderColor)) {
                dataset.backgroundColor = `${dataset.borderColor}55`;
            }
        }
        return data;
    }

    getPieChartData() {
        const data = super.getPieChartData();
        paintOutcomes(data.datasets, ["backgroundColor", "hoverBackgroundColor"]);
        return data;
    }
}

registry.category("views").add("sales_process_outcome_graph", {
    ...graphView,
    Renderer: OutcomeGraphRenderer,
});
