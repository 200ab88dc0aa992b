// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! The state of a table's model, over its rows; hidden as soon as there are rows to see.
StateView {
    id: view

    required property RowsModel rows
    property string emptyTitle: qsTr("Nothing here")
    property string emptyText
    property string emptyGlyph: "info"
    //! The filters say what the table is of; nobody can loosen them.
    property bool hasFixedFilters: false
    readonly property bool isFiltered: rows.search.length > 0 || (rows.filters.length > 0 && !hasFixedFilters)
    readonly property Session session: rows.session
    readonly property bool isOnline: session !== null && session.isOnline

    anchors.fill: parent
    visible: rows.state !== RowsModel.Ready || rows.total === 0
    isBusy: isOnline && rows.state === RowsModel.Loading
    tone: rows.state === RowsModel.Failed ? "bad" : "quiet"
    glyph: {
        if (!isOnline)
            return "server"
        return rows.state === RowsModel.Failed ? "warning" : rows.state === RowsModel.Unavailable ? "stop" : emptyGlyph
    }
    title: {
        if (!isOnline)
            return qsTr("Not connected")
        switch (rows.state) {
        case RowsModel.Loading: return qsTr("Loading")
        case RowsModel.Failed: return qsTr("That did not work")
        case RowsModel.Unavailable: return qsTr("Not offered here")
        default: return isFiltered ? qsTr("Nothing matches") : emptyTitle
        }
    }
    text: {
        if (!isOnline)
            return qsTr("Rows come when the gateway answers.")
        switch (rows.state) {
        case RowsModel.Loading: return ""
        case RowsModel.Failed: return rows.errorText
        case RowsModel.Unavailable: return qsTr("This gateway does not serve it, or not to your role.")
        default: return isFiltered ? qsTr("Loosen the filter to see more.") : emptyText
        }
    }
    actionText: isOnline && rows.state === RowsModel.Failed ? qsTr("Try again") : ""
    onActed: rows.refresh()
}
