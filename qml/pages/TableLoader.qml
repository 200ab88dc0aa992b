// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! One of a page's tables, made anew for each resource. about: {columns, widths, stretch, filters, title, placeholder,
//! glyph, empty}.
Loader {
    id: loader

    required property Page page
    property string resource
    property var about

    // A new resource gets a new view: nothing of the former one's filter or selection is left.
    onResourceChanged: {
        active = false
        active = resource.length > 0
    }
    active: resource.length > 0
    focus: active

    sourceComponent: ResourceView {
        readonly property var about: loader.about

        focus: true
        session: loader.page.session
        resource: loader.resource
        columns: about ? about.columns : []
        widths: about ? about.widths : ({})
        stretch: about ? about.stretch : ""
        filterFields: about ? about.filters : []
        placeholder: about ? about.placeholder : ""
        emptyTitle: about ? about.empty : ""
        emptyGlyph: about ? about.glyph : "info"
        rowTitle: about ? about.title : ""
        isActive: loader.page.isShown
        isPaused: loader.page.isPaused
        onNoticed: (text, tone) => loader.page.noticed(text, tone)
        onCommandWanted: (resource, command, keys) => loader.page.commandWanted(resource, command, keys)
    }
}
