// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! The state of the connection in one line; opens the list of servers.
T.AbstractButton {
    id: badge

    required property Session session
    property bool isNarrow: false
    readonly property string tone: {
        switch (session.state) {
        case Session.Online: return "good"
        case Session.Connecting: return "info"
        case Session.Offline: return "warning"
        case Session.Refused: return "bad"
        default: return "quiet"
        }
    }
    readonly property string word: {
        switch (session.state) {
        case Session.Online: return qsTr("Online")
        case Session.Connecting: return qsTr("Connecting")
        case Session.Offline: return qsTr("Offline")
        case Session.Refused: return qsTr("Refused")
        default: return qsTr("No server")
        }
    }

    implicitHeight: 44
    focusPolicy: Qt.TabFocus
    Accessible.name: word
    Keys.onReturnPressed: badge.clicked()

    contentItem: Item {
        Rectangle {
            id: dot

            x: badge.isNarrow ? Math.round((parent.width - width) / 2) : 15
            width: 8
            height: 8
            radius: 4
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.tone(badge.tone)
        }

        Column {
            anchors.left: dot.right
            anchors.leftMargin: 15
            anchors.right: parent.right
            anchors.rightMargin: 6
            anchors.verticalCenter: parent.verticalCenter
            visible: !badge.isNarrow

            Label {
                width: parent.width
                text: badge.word
                font.weight: Font.Medium
                font.pixelSize: Theme.smallSize
            }

            Caption {
                width: parent.width
                text: badge.session.isOnline ? badge.session.operatorName + "  ·  " + badge.session.role : badge.session.reason
                visible: text.length > 0
            }
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: badge.hovered ? Theme.hover : "transparent"

        FocusRing { isShown: badge.visualFocus }
    }

    Tip {
        text: badge.word + (badge.session.reason.length > 0 ? ": " + badge.session.reason : "") + "\n" + qsTr("Click for the list of servers")
        visible: badge.hovered
        x: badge.width + 8
        y: 0
    }
}
