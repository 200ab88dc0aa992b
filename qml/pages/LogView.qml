// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! The event log as it comes, the newest at the bottom; stays there until one scrolls up.
FocusScope {
    id: view

    required property Session session
    property bool isActive: true
    property bool isPaused: false
    property string minLevel: ""
    readonly property alias filterField: search
    readonly property alias lines: tail
    readonly property var levels: [{ value: "", text: qsTr("All") }, { value: "info", text: qsTr("Info") },
        { value: "warn", text: qsTr("Warnings") }, { value: "error", text: qsTr("Errors") }]
    property bool isFollowing: true
    signal noticed(string text, string tone)
    signal pauseWanted(bool isPaused)

    function back() {
        if (search.text.length > 0) {
            search.clear()
            return true
        }
        if (minLevel.length > 0) {
            minLevel = ""
            return true
        }
        return false
    }

    LogTail {
        id: tail

        session: view.session
        isActive: view.isActive
        isPaused: view.isPaused
        minLevel: view.minLevel
        search: search.text
        onCountChanged: if (view.isFollowing) followSoon.restart()
    }

    Timer {
        id: followSoon

        interval: 0
        onTriggered: list.positionViewAtEnd()
    }

    Item {
        id: bar

        width: parent.width
        height: 44

        Row {
            spacing: Theme.gap2

            Field {
                id: search

                width: 260
                glyph: "search"
                shortcut: "/"
                placeholderText: qsTr("Filter the log")
                Keys.onDownPressed: list.forceActiveFocus()
            }

            Segmented {
                options: view.levels
                value: view.minLevel
                onPicked: value => view.minLevel = value
            }
        }

        Row {
            anchors.right: parent.right
            height: Theme.controlHeight
            spacing: Theme.gap2

            Label {
                height: parent.height
                font.pixelSize: Theme.smallSize
                color: tail.held > 0 ? Theme.warning : Theme.faintText
                text: {
                    if (view.isPaused)
                        return tail.held > 0 ? qsTr("Paused  ·  %1 lines wait").arg(Format.number(tail.held)) : qsTr("Paused")
                    return tail.skipped > 0 ? qsTr("%1 lines left out").arg(Format.number(tail.skipped)) : ""
                }
            }

            PushButton {
                text: qsTr("Follow")
                glyph: "down"
                checked: view.isFollowing
                kind: PushButton.Kind.Quiet
                tip: qsTr("Stay at the newest line")
                onClicked: {
                    view.isFollowing = true
                    list.positionViewAtEnd()
                }
            }
        }
    }

    ListView {
        id: list

        anchors.top: bar.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        model: tail
        clip: true
        focus: true
        reuseItems: true
        boundsBehavior: Flickable.StopAtBounds
        highlightMoveDuration: 0
        activeFocusOnTab: true
        currentIndex: -1
        onMovementEnded: view.isFollowing = atYEnd
        T.ScrollBar.vertical: ScrollLine {}

        Keys.onPressed: event => {
            event.accepted = true
            if (event.key === Qt.Key_Down || event.text === "j") {
                list.incrementCurrentIndex()
                view.isFollowing = false
            } else if (event.key === Qt.Key_Up || event.text === "k") {
                list.currentIndex = list.currentIndex < 0 ? list.count - 1 : Math.max(0, list.currentIndex - 1)
                view.isFollowing = false
            } else if (event.key === Qt.Key_C && (event.modifiers & Qt.ControlModifier) && list.currentIndex >= 0) {
                Clipboard.setText(tail.lineAsJson(list.currentIndex))
                view.noticed(qsTr("Line copied as JSON"), "good")
            } else if (event.key === Qt.Key_End || event.text === "G") {
                view.isFollowing = true
                list.positionViewAtEnd()
            } else {
                event.accepted = false
            }
        }

        delegate: Rectangle {
            id: line

            required property int index
            required property double at
            required property string level
            required property string tone
            required property string type
            required property string user
            required property string text

            width: ListView.view.width
            height: 24
            radius: 4
            color: ListView.isCurrentItem ? Theme.chosen : area.containsMouse ? Theme.hover : "transparent"

            Label {
                x: 8
                height: parent.height
                text: Format.clock(line.at)
                isNumber: true
                color: Theme.dimText
            }

            Label {
                x: 108
                width: 46
                height: parent.height
                text: line.level
                isNumber: true
                color: Theme.tone(line.tone)
            }

            Label {
                id: typeLabel

                x: 160
                height: parent.height
                text: line.type
                isNumber: true
                font.weight: Font.Medium
                color: line.tone === "bad" || line.tone === "warning" ? Theme.tone(line.tone) : Theme.text
            }

            Label {
                anchors.left: typeLabel.right
                anchors.leftMargin: Theme.gap3
                anchors.right: parent.right
                anchors.rightMargin: Theme.gap4
                height: parent.height
                text: (line.user.length > 0 ? line.user + "  " : "") + line.text
                isNumber: true
                color: Theme.dimText
            }

            MouseArea {
                id: area

                anchors.fill: parent
                hoverEnabled: true
                onClicked: {
                    list.currentIndex = line.index
                    list.forceActiveFocus(Qt.MouseFocusReason)
                    view.isFollowing = false
                }
            }

            Tip {
                text: Format.utc(line.at)
                visible: area.containsMouse && area.mouseX < 100
                x: 8
            }
        }
    }

    StateView {
        anchors.fill: list
        visible: list.count === 0
        glyph: "log"
        title: view.session !== null && view.session.isOnline ? qsTr("No lines") : qsTr("Not connected")
        text: search.text.length > 0 || view.minLevel.length > 0 ? qsTr("Nothing matches the filter yet; lines appear as they come.") : qsTr("Lines appear as they come.")
    }
}
