// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Rows of another resource that belong to the one shown: a small table inside an inspector.
Item {
    id: related

    required property Session session
    required property string resource
    property var filters: []
    property var columns: []
    property var widths: ({})
    property string stretch
    property string emptyTitle: qsTr("Nothing here")
    property string emptyText
    property string emptyGlyph: "info"
    readonly property alias table: table
    readonly property alias rows: rows
    signal picked(var row)

    RowsModel {
        id: rows

        session: related.session
        resource: related.resource
        filters: related.filters
        columns: related.columns
        isActive: related.visible
    }

    DataTable {
        id: table

        anchors.fill: parent
        anchors.leftMargin: 4
        rows: rows
        widths: related.widths
        stretch: related.stretch
        isChoosing: false
        hasFixedFilters: true
        emptyTitle: related.emptyTitle
        emptyText: related.emptyText
        emptyGlyph: related.emptyGlyph
        onOpened: related.picked(rows.rowAt(currentRow))
    }
}
