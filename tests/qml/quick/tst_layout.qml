// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Tidegate.Console

//! Every page at the sizes people have, looked over for texts that lie on each other or are cut off. Also run at 200 %
//! (QT_SCALE_FACTOR=2, tst_console_double).
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

    Component {
        id: broken

        Item {
            width: 200
            height: 60

            Label { text: "one upon" }
            Label { x: 10; y: 3; text: "another" }
            Item {
                y: 30
                width: 20
                height: 20
                clip: true

                Label { text: "too long for its place"; width: 20; elide: Text.ElideNone }
            }
        }
    }

    TestCase {
        name: "Layout"
        when: windowShown

        property ConsoleShell shell: null

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

        function view() { return find(shell.page, item => item instanceof ResourceView && item.visible) }

        function test_whatIsBrokenIsFound() {
            const item = createTemporaryObject(broken, root)
            const problems = layout.of(item)
            compare(problems.length, 2)
            verify(problems.some(problem => problem.startsWith("lies over another")))
            verify(problems.some(problem => problem.startsWith("is cut off")))
        }

        function test_pages_data() {
            const pages = [{ page: "now" }, { page: "connections" }, { page: "connections", opens: true },
                           { page: "connections", opens: true, view: "why" }, { page: "channels" }, { page: "intents" },
                           { page: "intents", opens: true, view: "timeline" }, { page: "intents", what: { lane: "dead" } },
                           { page: "log", what: { tab: "log" } }, { page: "log", what: { tab: "audit" } },
                           { page: "log", what: { tab: "decisions" } }, { page: "log", what: { tab: "decisions" }, opens: true },
                           { page: "log", what: { tab: "limits" } }, { page: "policy" }, { page: "policy", what: { tab: "users" } },
                           { page: "config" }]
            const rows = []
            for (const size of [[1280, 720], [960, 600], [1920, 1080]]) {
                for (const each of pages) {
                    const tag = [each.page, JSON.stringify(each.what || {}), each.opens ? each.view || "details" : "", size.join("x")].join(" ")
                    rows.push(Object.assign({ tag: tag, width: size[0], height: size[1] }, each))
                }
            }
            return rows
        }

        function test_pages(data) {
            root.width = data.width
            root.height = data.height
            desk.restart({})
            shell = createTemporaryObject(maker, root)
            tryVerify(() => shell.page !== null)
            shell.go(data.page, data.what)
            const shown = view()
            if (shown !== null)
                tryVerify(() => view().rows.state === RowsModel.Ready)
            if (data.opens) {
                view().open(view().rows.keyAt(0), data.view)
                tryVerify(() => view().inspector.detail.state === RowDetail.Ready)
            }
            desk.step(8)
            waitForRendering(shell)
            wait(60)
            compare(layout.of(shell), [])
        }
    }
}
