import {Avatar} from "@mail/views/web/fields/avatar/avatar";
import {patch} from "@web/core/utils/patch";

/** Who is on a picture: said where no name stands beside it. */
patch(Avatar, {
    props: {...Avatar.props, spokenName: {type: String, optional: true}},
});
