// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Tidegate.Console

//! Ten thousand connections and a hundred thousand intents scroll: what a frame costs is printed, what it needs is bounded.
Item {
    id: root

    width: 1280
    height: 720

    Component {
        id: maker

        ConsoleShell {
            anchors.fill: parent
            session: desk.session
            connector: desk.connector
        }
    }

    SignalSpy {
        id: resets

        signalName: "modelReset"
    }

    TestCase {
        name: "Scroll"
        when: windowShown

        property ConsoleShell shell: null
        readonly property int pageRows: 100

        function init() { failOnWarning(/.?/) }

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

        function open(page) {
            desk.restart({ links: 10000, intents: 100000 })
            shell = createTemporaryObject(maker, root)
            tryVerify(() => shell.page !== null)
            shell.go(page)
            let view = null
            tryVerify(() => {
                view = find(shell.page, item => item instanceof ResourceView && item.visible)
                return view !== null && view.rows.state === RowsModel.Ready
            })
            resets.target = view.rows
            resets.clear()
            return view
        }

        function cells(item) {
            let found = item instanceof TableCell ? 1 : 0
            for (let i = 0; i < item.children.length; ++i)
                found += cells(item.children[i])
            return found
        }

        function test_rowsScroll_data() {
            return [{ tag: "10 000 connections", page: "connections", resource: "links", rows: 10000 },
                    { tag: "100 000 intents", page: "intents", resource: "intents", rows: 100000 }]
        }

        function test_rowsScroll(data) {
            const view = open(data.page)
            compare(view.rows.rowCount(), data.rows)
            const list = find(view.table, item => item instanceof TableView)
            const visibleRows = Math.ceil(list.height / view.table.rowHeight) + 1
            const columns = view.rows.columnCount()
            const step = 3 * view.table.rowHeight
            const frames = 120
            const askedBefore = desk.pagesAsked(data.resource)
            meter.start(root)
            for (let frame = 0; frame < frames; ++frame) {
                list.contentY += step
                waitForRendering(list)
            }
            meter.report(data.tag + ", three rows a frame")
            // What was passed, its neighbours, and nothing twice.
            const pagesPassed = Math.ceil(frames * 3 / pageRows) + 2
            verify(desk.pagesAsked(data.resource) - askedBefore <= pagesPassed, "pages asked: " + (desk.pagesAsked(data.resource) - askedBefore))
            // Cells are used again: never more than a few times what is in view.
            verify(cells(list) <= 3 * visibleRows * columns, "cells: " + cells(list) + " for " + visibleRows + " rows of " + columns)
            compare(resets.count, 0)
            verify(meter.frames() >= frames / 2)
            // Far from what is smooth, so that a busy machine does not fail it; the figures above are the measurement.
            verify(meter.percentile(50) < 100, "median frame " + meter.percentile(50) + " ms")
        }

        function test_aJumpToTheEndFetchesOnlyTheEnd() {
            const view = open("intents")
            const asked = desk.pagesAsked("intents")
            view.table.forceActiveFocus()
            keyClick(Qt.Key_End)
            tryVerify(() => view.rows.keyAt(99999).length > 0)
            verify(desk.pagesAsked("intents") - asked <= 3)
            compare(resets.count, 0)
        }

        function test_changesOfRowsInViewResetNothing() {
            const view = open("connections")
            const asked = desk.pagesAsked("links")
            desk.step(40)
            wait(0)
            compare(resets.count, 0)
            compare(desk.pagesAsked("links"), asked)
        }
    }
}
