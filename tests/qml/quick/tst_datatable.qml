// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Tidegate.Console

Item {
    id: root

    width: 900
    height: 500

    Component {
        id: maker

        DataTable {
            id: made

            property string openedKey

            width: 900
            height: 500
            widths: ({ user: 120 })
            stretch: "site"
            onOpened: key => made.openedKey = key
            rows: RowsModel {
                session: desk.session
                resource: "links"
                columns: ["id", "user", "site", "rttMs"]
            }
        }
    }

    Component {
        id: relatedMaker

        RelatedRows {
            width: 380
            height: 400
            session: desk.session
            resource: "decisions"
            filters: [{ field: "link", op: "eq", value: "nobody" }]
            columns: ["at", "text"]
            emptyTitle: "Nothing was held back"
        }
    }

    TestCase {
        name: "DataTable"
        when: windowShown

        function init() { failOnWarning(/.?/) }

        function ready(script) {
            desk.restart(script || {})
            const table = createTemporaryObject(maker, root)
            tryCompare(table.rows, "state", RowsModel.Ready)
            table.forceActiveFocus()
            return table
        }

        function cells(item) {
            let found = item instanceof TableCell && item.visible ? 1 : 0
            for (let i = 0; i < item.children.length; ++i)
                found += cells(item.children[i])
            return found
        }

        function test_rowsAreWalkedByArrowsAndLetters() {
            const table = ready()
            keyClick(Qt.Key_Down)
            compare(table.currentRow, 0)
            keyClick("j")
            keyClick("j")
            compare(table.currentRow, 2)
            keyClick("k")
            compare(table.currentRow, 1)
            keyClick("G", Qt.ShiftModifier)
            compare(table.currentRow, table.rows.rowCount() - 1)
            keyClick("g")
            compare(table.currentRow, 0)
            keyClick(Qt.Key_PageDown)
            verify(table.currentRow > 5)
            compare(table.currentKey, table.rows.keyAt(table.currentRow))
        }

        function test_enterOpensTheRow() {
            const table = ready()
            keyClick("j")
            keyClick("j")
            keyClick(Qt.Key_Return)
            compare(table.openedKey, table.rows.keyAt(1))
        }

        function test_rowsAreChosenByKeysAndLetGo() {
            const table = ready()
            keyClick("j")
            keyClick("x")
            compare(table.rows.selection.count, 1)
            keyClick(Qt.Key_Down, Qt.ShiftModifier)
            keyClick(Qt.Key_Down, Qt.ShiftModifier)
            compare(table.rows.selection.count, 3)
            keyClick(Qt.Key_Escape)
            compare(table.rows.selection.count, 0)
        }

        function test_aClickOpensAndControlChooses() {
            const table = ready()
            mouseClick(table, 60, table.headerHeight + 3 * table.rowHeight + 8)
            compare(table.currentRow, 3)
            compare(table.openedKey, table.rows.keyAt(3))
            mouseClick(table, 60, table.headerHeight + 5 * table.rowHeight + 8, Qt.LeftButton, Qt.ControlModifier)
            compare(table.rows.selection.count, 1)
        }

        function test_rowsAreCopied() {
            const table = ready()
            keyClick("j")
            keyClick(Qt.Key_C, Qt.ControlModifier)
            compare(JSON.parse(desk.clipboardText()).id, table.rows.keyAt(0))
            keyClick(Qt.Key_C, Qt.ControlModifier | Qt.ShiftModifier)
            verify(desk.clipboardText().startsWith("id,user,site,rttMs\r\n"))
        }

        function test_aHeadSortsUpAndDown() {
            const table = ready()
            mouseClick(table, 60, 15)
            compare(table.rows.sort, "id")
            compare(table.rows.isDescending, false)
            tryVerify(() => table.rows.keyAt(0) < table.rows.keyAt(1))
            mouseClick(table, 60, 15)
            compare(table.rows.isDescending, true)
            tryVerify(() => table.rows.keyAt(0) > table.rows.keyAt(1))
        }

        function test_onlyRowsInViewExist() {
            const table = ready({ links: 10000 })
            compare(table.rows.rowCount(), 10000)
            verify(cells(table) > 40)
            verify(cells(table) < 4 * (table.rowsInView + 6))
            table.goTo(9999, false)
            tryVerify(() => table.rows.keyAt(9999).length > 0)
            verify(cells(table) < 4 * (table.rowsInView + 6))
            verify(desk.pagesAsked("links") <= 6)
        }

        function find(item, isMeant) {
            if (isMeant(item))
                return item
            for (let i = 0; i < item.children.length; ++i) {
                const found = find(item.children[i], isMeant)
                if (found !== null)
                    return found
            }
            return null
        }

        function test_aListOfOneThingAsksNobodyToLoosenItsFilter() {
            desk.restart({})
            const related = createTemporaryObject(relatedMaker, root)
            tryCompare(related.rows, "state", RowsModel.Ready)
            compare(related.rows.total, 0)
            const state = find(related, item => item instanceof ModelState)
            tryCompare(state, "visible", true)
            compare(state.title, "Nothing was held back")
        }

        function test_theLightStaysOnTheRowWhereverItMoves() {
            const table = ready()
            table.goTo(4, false)
            const key = table.currentKey
            mouseClick(table, 60, 15)
            compare(table.currentRow, -1)
            table.goTo(7, false)
            const kept = table.currentKey
            verify(kept !== key)
            table.rows.refresh()
            wait(0)
            tryCompare(table, "currentKey", kept)
            compare(table.rows.rowOf(kept), table.currentRow)
        }
    }
}
