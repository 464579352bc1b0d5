import {patch} from "@web/core/utils/patch";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";

/**
 * Cards by person or team show nothing at all where there are none, which on a phone
 * is what a list becomes: the screen says what belongs there, as the list does.
 */
patch(KanbanRenderer.prototype, {
    get showNoContentHelper() {
        const {isGrouped, groups, resModel} = this.props.list;
        return (
            super.showNoContentHelper ||
            (resModel.startsWith("sales.process.") &&
                isGrouped &&
                !groups.length &&
                !this.canCreateGroup())
        );
    },
});
