"""Which properties and values a card's JSON 2.0 may carry (facts/feishu.md §4)."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMON = frozenset({"tag", "element_id", "margin"})
_BOX = _words("direction padding horizontal_spacing horizontal_align vertical_spacing vertical_align background_style")
_PICK = _words(
    "name required disabled disabled_tips placeholder width type options behaviors confirm initial_option "
    "initial_index value"
)
_WHEN = (_PICK - {"options", "initial_option", "initial_index"}) | {"initial_date", "initial_time", "initial_datetime"}

#: What each component may carry beside ``COMMON``. Unknown properties are an error in schema 2.0.
PROPERTIES: dict[str, frozenset[str]] = {
    "markdown": frozenset({"content", "text_align", "text_size", "icon", "href"}),
    "div": frozenset({"text", "fields", "icon", "width", "extra"}),
    "plain_text": frozenset({"content", "i18n", "i18n_content", "text_size", "text_color", "text_align", "lines"}),
    "lark_md": frozenset({"content", "i18n", "i18n_content", "text_size", "text_color", "text_align", "lines"}),
    "text_tag": frozenset({"text", "color"}),
    "standard_icon": frozenset({"token", "color", "size"}),
    "custom_icon": frozenset({"img_key", "size"}),
    "hr": frozenset(),
    "img": _words(
        "img_key alt title scale_type mode preview corner_radius size transparent custom_width compact_width"
    ),
    "img_combination": frozenset({"combination_mode", "combination_transparent", "img_list", "corner_radius"}),
    "column_set": _BOX | {"columns", "flex_mode", "action"},
    "column": _BOX | {"width", "weight", "elements", "action"},
    "table": _words("page_size row_height row_max_height freeze_first_column header_style columns rows"),
    "form": _BOX | {"name", "elements", "confirm"},
    "input": _words(
        "name label label_position placeholder default_value input_type max_length required width rows "
        "auto_resize max_rows show_icon disabled disabled_tips behaviors confirm fallback value"
    ),
    "select_static": _PICK,
    "multi_select_static": _PICK | {"selected_values"},
    "select_person": _PICK,
    "multi_select_person": _PICK | {"selected_values"},
    "date_picker": _WHEN,
    "picker_time": _WHEN,
    "picker_datetime": _WHEN,
    "select_img": _PICK | {"multi_select", "layout", "style", "aspect_ratio", "can_preview"},
    "checker": _words(
        "name checked text overall_checkable button_area checked_style disabled disabled_tips behaviors "
        "confirm padding hover_tips required"
    ),
    "overflow": frozenset({"options", "width", "behaviors", "confirm", "value"}),
    "button": _words(
        "text type size width icon disabled disabled_tips hover_tips confirm behaviors name "
        "form_action_type required value url multi_url complex_interaction"
    ),
    "chart": frozenset({"chart_spec", "aspect_ratio", "height", "color_theme", "preview"}),
    "collapsible_panel": _BOX | {"expanded", "header", "border", "elements", "background_color"},
    "interactive_container": _BOX
    | {
        "width",
        "height",
        "has_border",
        "border_color",
        "corner_radius",
        "behaviors",
        "confirm",
        "elements",
        "disabled",
        "disabled_tips",
        "hover_tips",
        "background_style",
    },
    "person": frozenset({"size", "user_id", "show_avatar", "show_name", "style"}),
    "person_list": frozenset({"size", "persons", "show_avatar", "show_name", "lines", "drop_invalid_user_id"}),
}
ROOT = frozenset({"schema", "config", "card_link", "header", "body"})
CONFIG = _words(
    "update_multi width_mode enable_forward enable_forward_interaction summary style streaming_mode streaming_config "
    "locales use_custom_translation compact_width"
)
HEADER = _words("title subtitle template text_tag_list i18n_text_tag_list icon padding icon_img_key ud_icon")
BODY = _BOX | {"elements"}
COLOURS = _words("blue wathet turquoise green yellow orange red carmine violet purple indigo grey default")
FIELD_TYPES = frozenset({"text", "lark_md", "markdown", "number", "options", "persons", "date"})
BUTTON_TYPES = _words("default primary danger text primary_text danger_text primary_filled danger_filled laser")
INSIDE_FORM_NEEDS_NAME = _words(
    "input select_static multi_select_static select_person multi_select_person date_picker picker_time "
    "picker_datetime checker select_img button"
)
