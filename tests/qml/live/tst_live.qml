// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Tidegate.Console

//! The console as its program makes it, over the network, at a gateway that is being used.
Item {
    id: root

    width: 1280
    height: 720

    Component {
        id: maker

        ConsoleShell {
            anchors.fill: parent
            session: harbour.session
            connector: harbour.connector
        }
    }

    TestCase {
        name: "Live"
        when: windowShown

        property ConsoleShell shell: null

        function initTestCase() {
            verify(harbour.start())
            Theme.mode = Theme.Dark
        }

        function init() {
            failOnWarning(/.?/)
            shell = createTemporaryObject(maker, root)
            shell.forceActiveFocus()
            tryVerify(() => shell.page !== null)
            if (harbour.session.state !== Session.None && harbour.session.role === "admin")
                return
            harbour.connector.open(harbour.url, harbour.token("admin"), false)
            tryCompare(harbour.session, "state", Session.Online)
        }

        function typed(text) {
            for (const letter of text)
                keyClick(letter)
        }

        //! The first item below \a item for which \a isMeant.
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
        function readyView() {
            tryVerify(() => view() !== null && view().rows.state === RowsModel.Ready)
            return view()
        }

        function picture(name) {
            const file = harbour.pictureFile(name)
            if (file.length === 0)
                return
            waitForRendering(shell)
            grabImage(shell).save(file)
        }

        function openStream(subject) {
            keyClick("3")
            const tree = find(shell.page, item => item instanceof StreamTree)
            tryVerify(() => tree.tree.streams >= 4)
            shell.page.open({ key: subject })
            const replay = find(shell.page, item => item instanceof ReplayView)
            tryVerify(() => replay.count > 1 && replay.rightRow.offset > 0)
            return replay
        }

        function test_theSheetConnectsAndSaysWhatIsWrong() {
            harbour.connector.close()
            tryCompare(harbour.session, "state", Session.None)
            shell.connectSheet.open()
            tryCompare(shell.connectSheet, "opened", true)
            typed(harbour.url)
            keyClick(Qt.Key_Tab)
            typed("no-such-token")
            keyClick(Qt.Key_Return)
            tryCompare(harbour.session, "state", Session.Refused)
            verify(harbour.session.reason.length > 0)
            picture("refused")
            harbour.connector.open(harbour.url, harbour.token("user"), false)
            tryCompare(harbour.session, "state", Session.Refused)
            harbour.connector.open(harbour.url, harbour.token("staff"), false)
            tryCompare(harbour.session, "state", Session.Online)
            compare(harbour.session.role, "view")
        }

        function test_everyPageShowsWhatIsThere_data() {
            return [{ tag: "connections", page: "connections" }, { tag: "intents", page: "intents" },
                    { tag: "dead letters", page: "intents", what: { lane: "dead" } },
                    { tag: "log", page: "log", what: { tab: "log" } }, { tag: "audit", page: "log", what: { tab: "audit" } },
                    { tag: "users", page: "policy", what: { tab: "users" }, isEmpty: true },
                    { tag: "api keys", page: "policy", what: { tab: "keys" }, isEmpty: true },
                    { tag: "sessions", page: "policy", what: { tab: "sessions" }, isEmpty: true },
                    { tag: "config", page: "config" }]
        }

        function test_everyPageShowsWhatIsThere(data) {
            tryVerify(() => harbour.written() > 100)
            shell.go(data.page, data.what)
            if (data.tag === "log") {
                const lines = find(shell.page, item => item instanceof LogView).lines
                tryVerify(() => lines.count > 0)
            } else {
                const rows = readyView().rows
                tryVerify(() => data.isEmpty || rows.rowCount() > 0)
                if (rows.rowCount() > 0) {
                    view().table.forceActiveFocus()
                    keyClick("j")
                    keyClick(Qt.Key_Return)
                    tryVerify(() => view().inspector.detail.state === RowDetail.Ready)
                }
            }
            picture(data.tag)
        }

        function test_theNumbersOfNowAreThoseOfTheTraffic() {
            shell.go("now")
            const statistics = harbour.session.statistics
            tryVerify(() => statistics.latest("intents.received") > 5, 15000)
            tryVerify(() => statistics.latest("deliveries") > statistics.latest("intents.received"), 15000)
            verify(statistics.latest("links.total") >= 12)
            verify(statistics.latest("subscriptions.total") >= 12)
            tryVerify(() => statistics.latest("publications") > 5, 15000)
            picture("now")
        }

        function test_newIntentsComeWithoutAReset() {
            shell.go("intents")
            const rows = readyView().rows
            const before = rows.total
            const resets = createTemporaryQmlObject("import QtTest; SignalSpy { signalName: 'modelReset' }", root)
            resets.target = rows
            verify(resets.valid)
            tryVerify(() => rows.total > before + 20, 15000)
            compare(resets.count, 0)
        }

        function test_theRetainedLogIsSteppedThrough() {
            const replay = openStream("ssma.site.default.channel.board")
            const newest = replay.rightRow.offset
            keyClick(Qt.Key_Space)
            verify(shell.page.isPaused)
            verify(replay.seek(String(newest - 5)))
            tryVerify(() => replay.rightRow.offset <= newest - 5)
            verify(replay.leftRow.offset < replay.rightRow.offset)
            picture("channels")
            keyClick(Qt.Key_Space)
        }

        function test_aClientIsSentAwayFromTheKeyboard() {
            keyClick("2")
            readyView()
            keyClick("/")
            typed("listener")
            tryVerify(() => view().rows.total === 1)
            keyClick(Qt.Key_Return)
            keyClick("j")
            keyClick("x")
            compare(view().rows.selection.count, 1)
            shell.page.commandWanted("links", "kick", view().rows.selection.keys)
            tryCompare(shell.commandDialog, "opened", true)
            tryVerify(() => !shell.commandDialog.isBusy)
            picture("kick")
            verify(harbour.isListenerOpen())
            shell.commandDialog.set("reason", "the tide is out")
            shell.commandDialog.accept()
            tryVerify(() => !harbour.isListenerOpen())
            compare(harbour.listenerGoodbye(), "the tide is out")
            tryCompare(shell.commandDialog, "visible", false)
        }

        function test_aRefusalTellsItsReasonAndItsRemedy() {
            verify(harbour.trespass())
            keyClick("2")
            readyView()
            view().filterField.text = "trespasser"
            tryVerify(() => view().rows.total === 1 && view().rows.keyAt(0).length > 0)
            view().open(view().rows.keyAt(0), "why")
            let why = null
            tryVerify(() => {
                why = find(shell.page, item => item instanceof RelatedRows && item.visible && item.resource === "decisions")
                return why !== null && why.rows.rowCount() > 0
            }, 15000)
            compare(why.rows.rowAt(0).rule, "ssma.channels")
            compare(why.rows.rowAt(0).subject, "fleet")
            picture("why of a connection")
            why.picked(why.rows.rowAt(0))
            compare(shell.current, "log")
            tryVerify(() => view() !== null && view().inspector.detail.state === RowDetail.Ready)
            verify(view().inspector.detail.row.fix.includes("ssma.channels"))
            picture("why")
        }

        // Last by its name: the gateway is another process afterwards.
        function test_zGatewayThatSinksIsSaidAndComesBack() {
            keyClick("2")
            readyView()
            const banner = find(shell, item => item instanceof StateBanner)
            harbour.sink()
            tryVerify(() => banner.visible)
            verify(view().rows.rowCount() > 0)
            picture("offline")
            verify(harbour.revive())
            tryCompare(harbour.session, "state", Session.Online, 20000)
            tryVerify(() => !banner.visible)
            tryVerify(() => view().rows.total >= 12)
        }
    }
}
