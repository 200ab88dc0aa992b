// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! Streams by the levels of their names. Left and right fold and unfold, Enter opens.
FocusScope {
    id: view

    required property Session session
    property bool isActive: true
    property string current
    readonly property alias filterField: search
    readonly property alias tree: tree
    signal picked(string subject)

    function reveal(subject) {
        const row = tree.reveal(subject)
        if (row >= 0) {
            list.currentIndex = row
            list.positionViewAtIndex(row, ListView.Contain)
        }
    }

    function open(row) {
        if (tree.isStreamAt(row))
            view.picked(tree.subjectAt(row))
        else
            tree.setUnfolded(row, !tree.isUnfoldedAt(row))
    }

    SubjectTree {
        id: tree

        session: view.session
        isActive: view.isActive
        search: search.text
    }

    Field {
        id: search

        width: parent.width
        glyph: "search"
        shortcut: "/"
        placeholderText: qsTr("Filter channels")
        Keys.onDownPressed: list.forceActiveFocus()
        Keys.onReturnPressed: list.forceActiveFocus()
    }

    ListView {
        id: list

        anchors.top: search.bottom
        anchors.topMargin: Theme.gap2
        anchors.bottom: note.top
        width: parent.width
        model: tree
        clip: true
        focus: true
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        highlightMoveDuration: 0
        T.ScrollBar.vertical: ScrollLine {}
        Accessible.role: Accessible.Tree

        Keys.onPressed: event => {
            event.accepted = true
            if (event.text === "j")
                list.incrementCurrentIndex()
            else if (event.text === "k")
                list.decrementCurrentIndex()
            else if (event.key === Qt.Key_Right && tree.hasChildrenAt(currentIndex) && !tree.isUnfoldedAt(currentIndex))
                tree.setUnfolded(currentIndex, true)
            else if (event.key === Qt.Key_Left && tree.isUnfoldedAt(currentIndex))
                tree.setUnfolded(currentIndex, false)
            else if (event.key === Qt.Key_Left)
                list.currentIndex = tree.parentOf(currentIndex)
            else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
                view.open(currentIndex)
            else
                event.accepted = false
        }

        delegate: Rectangle {
            id: node

            required property int index
            required property string name
            required property string subject
            required property int depth
            required property bool isStream
            required property bool hasChildren
            required property bool isUnfolded
            required property double subscribers
            required property double rate
            required property int streams
            readonly property bool isCurrent: subject === view.current

            width: ListView.view.width - 4
            height: 27
            radius: 5
            color: isCurrent ? Theme.chosen : area.containsMouse ? Theme.hover : "transparent"
            border.color: Theme.accent
            border.width: ListView.isCurrentItem && list.activeFocus ? 1 : 0

            Glyph {
                id: fold

                x: 5 + node.depth * 14
                width: 10
                height: 10
                anchors.verticalCenter: parent.verticalCenter
                name: node.isUnfolded ? "down" : "right"
                color: Theme.faintText
                visible: node.hasChildren
            }

            Rectangle {
                x: fold.x + 2
                width: 5
                height: 5
                radius: 2.5
                anchors.verticalCenter: parent.verticalCenter
                color: node.rate > 0 ? Theme.accent : Theme.strongLine
                visible: !node.hasChildren
            }

            Label {
                anchors.left: fold.right
                anchors.leftMargin: 7
                anchors.right: numbers.left
                anchors.rightMargin: 6
                height: parent.height
                text: node.name
                color: node.isStream ? Theme.text : Theme.dimText
                font.weight: node.hasChildren ? Font.Medium : Font.Normal
            }

            Label {
                id: numbers

                anchors.right: parent.right
                anchors.rightMargin: 8
                height: parent.height
                text: node.hasChildren ? node.streams : node.subscribers > 0 ? Format.compact(node.subscribers) : ""
                isNumber: true
                font.pixelSize: Theme.captionSize
                color: Theme.faintText
            }

            MouseArea {
                id: area

                anchors.fill: parent
                hoverEnabled: true
                onClicked: {
                    list.currentIndex = node.index
                    list.forceActiveFocus(Qt.MouseFocusReason)
                    view.open(node.index)
                }
            }

            Tip {
                text: node.subject + "\n" + qsTr("%1 subscribers, %2/s").arg(Format.number(node.subscribers)).arg(Format.number(node.rate, 2))
                visible: area.containsMouse
                delay: 900
            }
        }
    }

    Caption {
        id: note

        anchors.bottom: parent.bottom
        width: parent.width
        height: visible ? 26 : 0
        text: qsTr("The first %1 only; filter to see others.").arg(Format.number(tree.streams))
        visible: tree.isCut
    }

    StateView {
        anchors.fill: list
        visible: list.count === 0
        isBusy: tree.state === SubjectTree.Loading && view.session !== null && view.session.isOnline
        glyph: "streams"
        tone: tree.state === SubjectTree.Failed ? "bad" : "quiet"
        title: {
            if (view.session === null || !view.session.isOnline)
                return qsTr("Not connected")
            switch (tree.state) {
            case SubjectTree.Loading: return qsTr("Loading")
            case SubjectTree.Failed: return qsTr("That did not work")
            case SubjectTree.Unavailable: return qsTr("Not offered here")
            default: return tree.search.length > 0 ? qsTr("Nothing matches") : qsTr("No channels yet")
            }
        }
        text: tree.errorText
        actionText: tree.state === SubjectTree.Failed ? qsTr("Try again") : ""
        onActed: tree.refresh()
    }
}
