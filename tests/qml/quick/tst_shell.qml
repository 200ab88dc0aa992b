// SPDX-License-Identifier: MIT
import QtQuick
import QtTest
import Tidegate.Console

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

    TestCase {
        id: test

        name: "Shell"
        when: windowShown

        property ConsoleShell shell: null

        function init() {
            failOnWarning(/.?/)
            root.width = 1280
            root.height = 720
        }

        function cleanup() {
            Theme.mode = Theme.System
            desk.session.isActive = true
        }

        function start(script) {
            desk.restart(script || {})
            shell = createTemporaryObject(maker, root)
            shell.forceActiveFocus()
            tryVerify(() => shell.page !== null)
            return shell
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

        function test_everyPageOpensBySingleKeysAtEverySize_data() {
            return [{ tag: "1280x720", width: 1280, height: 720 }, { tag: "small window", width: 640, height: 400 },
                    { tag: "large", width: 2200, height: 1300 }]
        }

        function test_everyPageOpensBySingleKeysAtEverySize(data) {
            root.width = data.width
            root.height = data.height
            start()
            for (let i = 0; i < shell.pages.length; ++i) {
                keyClick(String(i + 1))
                compare(shell.current, shell.pages[i].name)
                compare(shell.page.title, shell.pages[i].title)
                waitForRendering(shell)
            }
        }

        function test_everyTabOpens_data() {
            return [{ tag: "audit", page: "log", tab: "audit" }, { tag: "decisions", page: "log", tab: "decisions" },
                    { tag: "limits", page: "log", tab: "limits" }, { tag: "users", page: "policy", tab: "users" },
                    { tag: "keys", page: "policy", tab: "keys" }, { tag: "sessions", page: "policy", tab: "sessions" }]
        }

        function test_everyTabOpens(data) {
            start()
            shell.go(data.page, { tab: data.tab })
            verify(readyView().rows.rowCount() > 0)
            view().table.forceActiveFocus()
            keyClick("j")
            keyClick(Qt.Key_Return)
            tryVerify(() => view().inspector.detail.state === RowDetail.Ready)
        }

        function test_thePaletteFindsAndGoes() {
            start()
            keyClick(Qt.Key_K, Qt.ControlModifier)
            tryCompare(shell.palette, "opened", true)
            typed("dead let")
            keyClick(Qt.Key_Return)
            tryCompare(shell, "current", "intents")
            compare(shell.page.lane, "dead")
            tryCompare(shell.palette, "visible", false)
        }

        function test_slashFiltersAndEscGoesBackStepByStep() {
            start()
            keyClick("2")
            const rows = readyView().rows
            keyClick("/")
            verify(shell.isTyping)
            typed("lab")
            tryVerify(() => rows.total > 0 && rows.total < 300)
            keyClick(Qt.Key_Down)
            keyClick("j")
            keyClick(Qt.Key_Return)
            verify(view().openedKey.length > 0)
            keyClick(Qt.Key_Escape)
            compare(view().openedKey, "")
            keyClick(Qt.Key_Escape)
            compare(view().filterField.text, "")
            tryCompare(rows, "total", 300)
        }

        function test_lettersInAFieldAreText() {
            start()
            keyClick("2")
            readyView()
            keyClick("/")
            typed("3?")
            compare(view().filterField.text, "3?")
            compare(shell.current, "connections")
            verify(!shell.help.opened)
        }

        function test_spacePausesThePage() {
            start()
            keyClick("2")
            readyView()
            keyClick(Qt.Key_Space)
            verify(shell.page.isPaused)
            desk.step(4)
            verify(view().rows.heldChanges > 0)
            keyClick(Qt.Key_Space)
            verify(!shell.page.isPaused)
        }

        function test_helpOpensAndCloses() {
            start()
            keyClick("?")
            tryCompare(shell.help, "opened", true)
            keyClick(Qt.Key_Escape)
            tryCompare(shell.help, "visible", false)
        }

        function test_kickingSaysWhatItWillDoAndAsks() {
            start()
            keyClick("2")
            readyView().table.forceActiveFocus()
            keyClick("j")
            keyClick("x")
            keyClick("j")
            keyClick("x")
            compare(view().rows.selection.count, 2)
            shell.page.commandWanted("links", "kick", view().rows.selection.keys)
            tryCompare(shell.commandDialog, "opened", true)
            tryVerify(() => desk.commandsTried() === 1)
            compare(desk.commandsDone(), 0)
            keyClick(Qt.Key_Escape)
            tryCompare(shell.commandDialog, "visible", false)
            compare(desk.commandsDone(), 0)
            shell.page.commandWanted("links", "kick", view().rows.selection.keys)
            tryVerify(() => desk.commandsTried() === 2)
            shell.commandDialog.accept()
            tryVerify(() => desk.commandsDone() === 1)
            tryCompare(shell.commandDialog, "visible", false)
        }

        function test_whatIsHandedOutIsShownUntilOneClosesIt() {
            start()
            shell.go("policy", { tab: "users" })
            readyView()
            shell.page.commandWanted("users", "issue-key", [view().rows.keyAt(0)])
            tryVerify(() => desk.commandsTried() === 1)
            tryVerify(() => !shell.commandDialog.isBusy)
            shell.commandDialog.accept()
            tryCompare(shell.commandDialog, "isShowingResult", true)
            verify(shell.commandDialog.opened)
            shell.commandDialog.close()
        }

        function test_aViewerIsOfferedNothingToDo() {
            start({ role: "view" })
            keyClick("2")
            readyView().open(view().rows.keyAt(0))
            compare(view().inspector.commands.length, 0)
            shell.commandDialog.ask("links", "kick", ["lk-000001"])
            verify(!shell.commandDialog.opened)
        }

        function test_aLostConnectionIsSaidAndRowsStay() {
            start()
            keyClick("2")
            readyView()
            desk.goOffline("connection refused")
            const banner = find(shell, item => item instanceof StateBanner)
            verify(banner.visible)
            verify(view().rows.rowCount() > 0)
            desk.goOnline()
            verify(!banner.visible)
        }

        function test_loadingAndErrorsHaveTheirWords() {
            start()
            desk.holdAnswers()
            keyClick("2")
            const state = find(shell.page, item => item instanceof ModelState)
            tryCompare(state, "visible", true)
            compare(state.title, "Loading")
            desk.failNext("the disk is full", 1)
            view().rows.sortBy("user", true)
            wait(0)
            desk.releaseAnswers()
            tryCompare(state, "title", "That did not work")
            compare(state.text, "the disk is full")
            state.acted()
            tryCompare(state, "visible", false)
        }

        function test_aLostBrokerAndAStuckNodeAreSaidFirst_data() {
            return [{ tag: "broker", name: "broker.lost", says: "NATS cannot be reached" },
                    { tag: "node", name: "node.stuck", says: "Nobody leads, or this gateway is cut off" }]
        }

        function test_aLostBrokerAndAStuckNodeAreSaidFirst(data) {
            start()
            tryVerify(() => desk.session.statistics.hasData)
            const isSaid = () => find(shell.page, item => item.visible && String(item.text).startsWith(data.says)) !== null
            desk.tell(data.name, 1)
            tryVerify(isSaid)
            desk.tell(data.name, 0)
            tryVerify(() => !isSaid())
        }

        function test_anEmptyGatewayIsCalm() {
            start({ links: 0, intents: 0, streams: 0 })
            keyClick("2")
            const state = find(shell.page, item => item instanceof ModelState)
            tryCompare(state, "title", "Nobody is connected")
            keyClick("3")
            waitForRendering(shell)
        }

        function test_whatAGatewayDoesNotOfferIsSaid() {
            start({ offers: ["links"] })
            keyClick("4")
            const state = find(shell.page, item => item instanceof ModelState)
            tryCompare(state, "title", "Not offered here")
        }

        function test_aHiddenWindowAndHiddenPagesWatchNothing() {
            start()
            keyClick("2")
            readyView()
            tryVerify(() => desk.watches("links"))
            keyClick("5")
            tryVerify(() => desk.watchesLog())
            verify(!desk.watches("links"))
            desk.session.isActive = false
            verify(!desk.watchesLog() && !desk.watchesStatistics() && !desk.watches("links"))
            desk.session.isActive = true
            verify(desk.watchesStatistics())
        }

        function test_twoOffsetsStandSideBySide() {
            start()
            keyClick("3")
            const tree = find(shell.page, item => item instanceof StreamTree)
            tryVerify(() => tree.tree.streams === 60)
            let row = 0
            while (!tree.tree.isStreamAt(row))
                tree.tree.setUnfolded(row++, true)
            tree.picked(tree.tree.subjectAt(row))
            const replay = find(shell.page, item => item instanceof ReplayView)
            tryVerify(() => replay.rightRow.offset > 0 && replay.leftRow.offset === replay.rightRow.offset - 1)
            const newest = replay.rightRow.offset
            replay.forceActiveFocus()
            keyClick("b")
            keyClick(Qt.Key_Left)
            keyClick(Qt.Key_Left)
            keyClick(Qt.Key_Left)
            tryVerify(() => replay.leftRow.offset === newest - 4)
            compare(replay.rightRow.offset, newest)
            verify(replay.seek(String(newest - 20)))
            tryVerify(() => replay.leftRow.offset === newest - 21)
            verify(!replay.seek("soon"))
        }

        function test_theDeadLetterLaneShowsOnlyWhatNobodyDecided() {
            start()
            shell.go("intents", { lane: "dead" })
            const rows = readyView().rows
            tryVerify(() => rows.total > 0 && rows.total < 200)
            for (let i = 0; i < Math.min(rows.total, 50); ++i)
                verify(["failed", "indeterminate"].includes(rows.rowAt(i).status))
        }

        function test_policyIsAskedForEachRole() {
            start()
            shell.go("policy", { tab: "ask", ask: { user: "u-0001", site: "default", channel: "board" } })
            const ask = find(shell.page, item => item instanceof PolicyAsk)
            tryVerify(() => ask.answer !== undefined && ask.answer.rule.length > 0)
        }

        function test_theThemeFollowsAndCanBeChosen() {
            start()
            keyClick(Qt.Key_T, Qt.ControlModifier)
            compare(Theme.mode, Theme.Dark)
            verify(Theme.isDark)
            keyClick(Qt.Key_T, Qt.ControlModifier)
            verify(!Theme.isDark)
        }

        function test_aServerIsConnectedToAndRemembered() {
            start()
            shell.connectSheet.open()
            tryCompare(shell.connectSheet, "opened", true)
            keyClick(Qt.Key_Return)
            verify(shell.connectSheet.opened)
            verify(shell.connectSheet.problem.length > 0)
            typed("quay:5050")
            keyClick(Qt.Key_Return)
            tryCompare(shell.connectSheet, "visible", false)
            compare(desk.connector.url, "http://quay:5050")
            compare(desk.connector.servers.count, 1)
        }
    }
}
