// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! A table over a RowsModel, of any length: only what is in view exists. Keys: arrows, j/k, PageUp/PageDown,
//! Home/End, Enter opens, x chooses, Shift+arrow extends, Ctrl+C copies JSON, Ctrl+Shift+C CSV.
FocusScope {
    id: table

    required property RowsModel rows
    //! Column name to width; others take a width that suits their type.
    property var widths: ({})
    //! The column that takes what is left.
    property string stretch
    property string emptyTitle: qsTr("Nothing here")
    property string emptyText
    property string emptyGlyph: "info"
    property bool isChoosing: true
    property alias hasFixedFilters: emptiness.hasFixedFilters

    property int currentRow: -1
    property string currentKey
    readonly property int rowHeight: Theme.rowHeight
    readonly property int headerHeight: 30
    readonly property int rowsInView: Math.max(1, Math.floor(view.height / rowHeight))
    signal opened(string key)
    signal copied(string what)

    readonly property var heads: rows.shownColumns

    function widthOf(column) {
        const about = table.heads[column]
        if (about === undefined)
            return 0
        const own = table.widths[about.name]
        const width = own !== undefined ? own : table.widthOfType(about.type)
        return about.name === table.stretch ? Math.max(width, view.width - table.widthOfOthers(column)) : width
    }

    function widthOfType(type) {
        switch (type) {
        case "timeMs": return 96
        case "integer": case "number": case "bytes": case "durationMs": return 92
        case "bool": return 70
        case "enum": return 104
        case "json": return 220
        default: return 140
        }
    }

    function widthOfOthers(column) {
        let sum = 0
        for (let i = 0; i < table.heads.length; ++i)
            sum += i === column ? 0 : table.widthOf(i)
        return sum
    }

    function isRight(type) { return type === "integer" || type === "number" || type === "bytes" || type === "durationMs" }

    //! A Flickable's handlers count from its content, whose place changes; the scene's does not.
    function inView(scenePosition: point): point { return view.mapFromItem(null, scenePosition) }

    function showRow(row) {
        const top = row * rowHeight
        if (top < view.contentY)
            view.contentY = top
        else if (top + rowHeight > view.contentY + view.height)
            view.contentY = Math.max(0, top + rowHeight - view.height)
    }

    function goTo(row, isExtending) {
        const last = table.rows.rowCount() - 1
        if (last < 0)
            return
        const target = Math.max(0, Math.min(last, row))
        if (isExtending && isChoosing) {
            if (anchorRow < 0)
                anchorRow = Math.max(0, currentRow)
            table.rows.selectRange(anchorRow, target)
        } else {
            anchorRow = -1
        }
        currentRow = target
        currentKey = table.rows.keyAt(target)
        showRow(target)
    }

    function copy(isCsv) {
        if (currentRow < 0 && table.rows.selection.count === 0)
            return
        Clipboard.setText(isCsv ? table.rows.toCsv(currentRow) : table.rows.toJson(currentRow))
        const count = Math.max(1, table.rows.selection.count)
        table.copied(qsTr("%1 copied as %2").arg(count === 1 ? qsTr("Row") : qsTr("%1 rows").arg(count)).arg(isCsv ? "CSV" : "JSON"))
    }

    function reportWindow() {
        table.rows.show(Math.floor(view.contentY / rowHeight), Math.ceil((view.contentY + view.height) / rowHeight))
    }

    property int anchorRow: -1

    // Once per turn, after all that changes widths has been said.
    Timer {
        id: layoutSoon

        interval: 0
        onTriggered: view.forceLayout()
    }

    activeFocusOnTab: true
    Accessible.role: Accessible.Table

    Keys.onPressed: event => {
        const isExtending = (event.modifiers & Qt.ShiftModifier) !== 0
        const isControl = (event.modifiers & Qt.ControlModifier) !== 0
        event.accepted = true
        if (isControl && event.key === Qt.Key_C)
            table.copy(isExtending)
        else if (isControl && event.key === Qt.Key_A && isChoosing)
            table.rows.selectRange(0, table.rows.rowCount() - 1)
        else if (isControl)
            event.accepted = false
        else if (event.key === Qt.Key_Down || event.text === "j")
            table.goTo(currentRow + 1, isExtending)
        else if (event.key === Qt.Key_Up || event.text === "k")
            table.goTo(currentRow < 0 ? 0 : currentRow - 1, isExtending)
        else if (event.key === Qt.Key_PageDown)
            table.goTo(currentRow + rowsInView - 1, isExtending)
        else if (event.key === Qt.Key_PageUp)
            table.goTo(currentRow - rowsInView + 1, isExtending)
        else if (event.key === Qt.Key_Home || event.text === "g")
            table.goTo(0, isExtending)
        else if (event.key === Qt.Key_End || event.text === "G")
            table.goTo(table.rows.rowCount() - 1, false)
        else if ((event.key === Qt.Key_Return || event.key === Qt.Key_Enter) && currentKey.length > 0)
            table.opened(currentKey)
        else if (event.text === "x" && isChoosing && currentKey.length > 0)
            table.rows.selection.toggle(currentKey)
        else if (event.key === Qt.Key_Escape && table.rows.selection.count > 0)
            table.rows.selection.clear()
        else
            event.accepted = false
    }

    Connections {
        target: table.rows

        function onRefreshed() {
            // The row one looks at keeps the light, wherever it moved.
            if (table.currentKey.length > 0) {
                const row = table.rows.rowOf(table.currentKey)
                if (row >= 0)
                    table.currentRow = row
            } else if (table.currentRow >= 0) {
                table.currentKey = table.rows.keyAt(table.currentRow)
            }
            table.reportWindow()
        }

        function onAsked() {
            view.contentY = 0
            table.currentRow = -1
            table.currentKey = ""
        }

        function onShownColumnsChanged() { layoutSoon.restart() }
    }

    Item {
        id: header

        width: parent.width
        height: table.headerHeight
        clip: true

        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 1
            color: Theme.line
        }

        Row {
            x: -view.contentX
            height: parent.height

            Repeater {
                model: table.heads

                Item {
                    id: head

                    required property int index
                    required property var modelData
                    readonly property bool isSorted: modelData.name === table.rows.sort
                    readonly property bool isOnTheRight: table.isRight(modelData.type)

                    width: view.width > 0 ? table.widthOf(index) : 0
                    height: table.headerHeight

                    Row {
                        spacing: 5
                        anchors.verticalCenter: parent.verticalCenter
                        x: head.isOnTheRight ? head.width - implicitWidth - Theme.gap3 : Theme.gap3
                        layoutDirection: head.isOnTheRight ? Qt.RightToLeft : Qt.LeftToRight

                        Caption {
                            text: head.modelData.title || ""
                            width: Math.min(implicitWidth, head.width - Theme.gap3 - (head.isSorted ? 20 : 4))
                            color: head.isSorted ? Theme.text : area.containsMouse && head.modelData.isSortable ? Theme.dimText : Theme.faintText
                        }

                        Glyph {
                            name: table.rows.isDescending ? "down" : "up"
                            width: 9
                            height: 9
                            color: Theme.accent
                            anchors.verticalCenter: parent.verticalCenter
                            visible: head.isSorted
                        }
                    }

                    MouseArea {
                        id: area

                        anchors.fill: parent
                        hoverEnabled: true
                        enabled: head.modelData.isSortable === true
                        onClicked: table.rows.sortBy(head.modelData.name, head.isSorted && !table.rows.isDescending)
                    }

                    Tip {
                        text: head.modelData.doc || ""
                        delay: 800
                        visible: area.containsMouse && text.length > 0
                    }
                }
            }
        }
    }

    TableView {
        id: view

        anchors.top: header.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        model: table.rows
        reuseItems: true
        keyNavigationEnabled: false
        pointerNavigationEnabled: false
        rowHeightProvider: () => table.rowHeight
        columnWidthProvider: column => table.widthOf(column)
        onWidthChanged: layoutSoon.restart()
        onContentYChanged: table.reportWindow()
        onHeightChanged: table.reportWindow()
        visible: table.rows.state === RowsModel.Ready || table.rows.rowCount() > 0
        T.ScrollBar.vertical: ScrollLine {}
        T.ScrollBar.horizontal: ScrollLine {}

        HoverHandler {
            id: hover

            readonly property point at: table.inView(point.scenePosition)
            readonly property int row: hovered ? Math.floor((at.y + view.contentY) / table.rowHeight) : -1
        }

        Rectangle {
            parent: view.contentItem
            z: -1
            x: view.contentX
            y: hover.row * table.rowHeight
            width: view.width
            height: table.rowHeight
            color: Theme.hover
            visible: hover.row >= 0 && hover.row < view.rows
        }

        Rectangle {
            parent: view.contentItem
            z: -1
            x: view.contentX
            y: table.currentRow * table.rowHeight
            width: view.width
            height: table.rowHeight
            color: Theme.chosen
            opacity: table.activeFocus ? 1 : 0.55
            visible: table.currentRow >= 0 && table.currentRow < view.rows

            Rectangle {
                width: 2
                height: parent.height
                color: Theme.accent
            }
        }

        TapHandler {
            onTapped: {
                const row = Math.floor((table.inView(point.scenePosition).y + view.contentY) / table.rowHeight)
                table.forceActiveFocus(Qt.MouseFocusReason)
                if (row >= table.rows.rowCount())
                    return
                if ((point.modifiers & Qt.ControlModifier) !== 0 && table.isChoosing)
                    table.rows.selection.toggle(table.rows.keyAt(row))
                else
                    table.goTo(row, (point.modifiers & Qt.ShiftModifier) !== 0)
                if (point.modifiers === Qt.NoModifier && table.currentKey.length > 0)
                    table.opened(table.currentKey)
            }
        }

        delegate: TableCell {
            isOnTheRight: table.isRight(columnType)
        }

        Tip {
            id: cellTip

            readonly property TableCell cell: {
                if (!hover.hovered || view.moving)
                    return null
                const at = view.cellAtPos(hover.at, false)
                return at.x < 0 ? null : view.itemAtCell(at)
            }

            parent: cell
            text: cell ? (cell.hint.length > 0 ? cell.hint : cell.isCut ? cell.display : "") : ""
            visible: text.length > 0
        }
    }

    ModelState {
        id: emptiness

        rows: table.rows
        anchors.topMargin: table.headerHeight
        emptyTitle: table.emptyTitle
        emptyText: table.emptyText
        emptyGlyph: table.emptyGlyph
    }
}
