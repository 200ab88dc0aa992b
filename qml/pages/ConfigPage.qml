// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    id: page

    property string lane: "all"

    title: qsTr("Config")
    summary: view.rows.total >= 0 ? Format.number(view.rows.total) : ""
    filterField: view.filterField

    function back() { return view.back() }
    function open(what) {
        if (what && what.key)
            view.open(what.key)
    }

    actions: Segmented {
        options: [{ value: "all", text: qsTr("All") }, { value: "set", text: qsTr("Set by somebody") }, { value: "reload", text: qsTr("Reloadable") }]
        value: page.lane
        onPicked: value => page.lane = value
    }

    ResourceView {
        id: view

        anchors.fill: parent
        focus: true
        session: page.session
        resource: "config"
        columns: ["key", "value", "origin", "default", "isReloadable", "doc"]
        widths: ({ key: 220, value: 170, origin: 170, default: 130, isReloadable: 80, doc: 200 })
        stretch: "doc"
        fixedFilters: page.lane === "set" ? [{ field: "isDefault", op: "eq", value: false }]
            : page.lane === "reload" ? [{ field: "isReloadable", op: "eq", value: true }] : []
        isActive: page.isShown
        placeholder: qsTr("Filter settings")
        emptyTitle: qsTr("No settings")
        emptyGlyph: "config"
        rowTitle: qsTr("Setting")
        onNoticed: (text, tone) => page.noticed(text, tone)
    }
}
