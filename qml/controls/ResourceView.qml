// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! A resource of the catalog to work with: filter, table, details, commands, copying. Most pages are made of these.
FocusScope {
    id: view

    required property Session session
    required property string resource
    property var columns: []
    property var widths: ({})
    property string stretch
    //! Enum columns one can filter by with a list.
    property var filterFields: []
    //! Always applied: maps {field, op, value}.
    property var fixedFilters: []
    property bool isActive: true
    property bool isPaused: false
    property string placeholder: qsTr("Filter")
    property string emptyTitle: qsTr("Nothing here")
    property string emptyText
    property string emptyGlyph: "info"
    property string rowTitle
    property var inspectorViews: []
    property int margin: Theme.gap6
    //! Name to chosen value.
    property var chosenFilters: ({})
    property alias tools: extraTools.data
    readonly property alias rows: rows
    readonly property alias filterField: search
    readonly property alias table: table
    readonly property alias inspector: inspector
    readonly property string openedKey: inspector.key
    readonly property var about: session ? (session.resources, session.resource(resource)) : ({})
    readonly property var hiddenColumns: ({})
    signal noticed(string text, string tone)
    signal commandWanted(string resource, string command, var keys)

    function open(key, inspectorView) {
        inspector.key = key
        if (inspectorView !== undefined)
            inspector.view = inspectorView
        const row = rows.rowOf(key)
        if (row >= 0) {
            table.goTo(row, false)
        } else {
            // It gets the light when it comes into view; no other row has it until then.
            table.currentRow = -1
            table.currentKey = key
        }
    }

    function back() {
        if (inspector.key.length > 0) {
            inspector.key = ""
            table.forceActiveFocus()
            return true
        }
        if (rows.selection.count > 0) {
            rows.selection.clear()
            return true
        }
        if (search.text.length > 0 || Object.keys(chosenFilters).length > 0) {
            search.clear()
            chosenFilters = {}
            table.forceActiveFocus()
            return true
        }
        return false
    }

    function setFilter(field, value) {
        const next = Object.assign({}, chosenFilters)
        if (value === "")
            delete next[field]
        else
            next[field] = value
        chosenFilters = next
    }

    function columnNamed(name) { return (about.columns || []).find(column => column.name === name) }

    RowsModel {
        id: rows

        session: view.session
        resource: view.resource
        columns: view.columns
        isActive: view.isActive
        isPaused: view.isPaused
        search: search.text
        filters: view.fixedFilters.concat(Object.keys(view.chosenFilters).map(field => ({ field: field, op: "eq", value: view.chosenFilters[field] })))
    }

    Item {
        id: bar

        x: view.margin
        width: parent.width - 2 * view.margin
        height: 44

        Row {
            id: filterRow

            height: Theme.controlHeight
            spacing: Theme.gap2

            Field {
                id: search

                width: Math.max(150, Math.min(260, bar.width * 0.3))
                glyph: "search"
                shortcut: "/"
                placeholderText: view.placeholder
                Keys.onDownPressed: table.forceActiveFocus()
                Keys.onReturnPressed: table.forceActiveFocus()
            }

            Repeater {
                model: view.filterFields

                DropDown {
                    required property string modelData
                    readonly property var about: view.columnNamed(modelData)

                    label: about ? about.title : modelData
                    isQuiet: value === ""
                    options: [{ value: "", text: qsTr("any") }].concat(about ? about.values : [])
                    value: view.chosenFilters[modelData] || ""
                    checked: value !== ""
                    visible: about !== undefined
                    onPicked: value => view.setFilter(modelData, value)
                }
            }
        }

        Row {
            id: toolRow

            anchors.right: parent.right
            height: Theme.controlHeight
            spacing: Theme.gap1

            Row {
                id: extraTools

                spacing: Theme.gap1
            }

            Label {
                height: parent.height
                rightPadding: Theme.gap2
                text: view.isPaused ? qsTr("Paused") + (rows.heldChanges > 0 ? "  ·  " + qsTr("%1 changes wait").arg(Format.number(rows.heldChanges)) : "") : ""
                color: Theme.warning
                font.pixelSize: Theme.smallSize
                visible: view.isPaused
            }

            PushButton {
                kind: PushButton.Kind.Quiet
                glyph: "refresh"
                tip: qsTr("Read again")
                shortcut: "F5"
                onClicked: rows.refresh()
            }

            PushButton {
                kind: PushButton.Kind.Quiet
                glyph: "copy"
                tip: qsTr("Copy as CSV; as JSON with Ctrl+C")
                shortcut: "Ctrl+Shift+C"
                enabled: table.currentRow >= 0 || rows.selection.count > 0
                onClicked: table.copy(true)
            }

            PushButton {
                id: columnButton

                kind: PushButton.Kind.Quiet
                glyph: "columns"
                tip: qsTr("Columns")
                onClicked: columnList.opened ? columnList.close() : columnList.open()

                ColumnList {
                    id: columnList

                    x: columnButton.width - width
                    y: columnButton.height + 4
                    all: (view.about.columns || []).filter(column => !column.isDetail)
                    shown: view.columns
                    onPicked: names => view.columns = names
                }
            }
        }
    }

    DataTable {
        id: table

        anchors.top: bar.bottom
        anchors.bottom: parent.bottom
        x: view.margin - Theme.gap3
        width: parent.width - x - (inspector.visible && !inspector.isOverlay ? inspector.width : view.margin - Theme.gap3)
        rows: rows
        focus: true
        widths: view.widths
        stretch: view.stretch
        emptyTitle: view.emptyTitle
        emptyText: view.emptyText
        emptyGlyph: view.emptyGlyph
        onOpened: key => inspector.key = key
        onCopied: what => view.noticed(what, "good")
        onCurrentKeyChanged: if (inspector.key.length > 0 && currentKey.length > 0) inspector.key = currentKey
    }

    SelectionBar {
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.gap4
        anchors.horizontalCenter: table.horizontalCenter
        selection: rows.selection
        commands: (view.about.commands || []).filter(command => command.targets === "many")
        onCommandWanted: command => view.commandWanted(view.resource, command, rows.selection.keys)
        onCopyWanted: isCsv => table.copy(isCsv)
    }

    Inspector {
        id: inspector

        readonly property bool isOverlay: view.width < 820

        anchors.right: parent.right
        anchors.top: isOverlay ? parent.top : bar.bottom
        anchors.bottom: parent.bottom
        width: Math.min(view.width, Math.max(380, view.width * 0.36))
        visible: key.length > 0
        session: view.session
        resource: view.resource
        title: view.rowTitle
        views: view.inspectorViews
        onClosed: view.back()
        onCommandWanted: command => view.commandWanted(view.resource, command, [key])
        onCopied: what => view.noticed(what, "good")
    }

    Shortcut {
        sequence: "F5"
        enabled: view.isActive
        onActivated: rows.refresh()
    }
}
