// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Says when what is shown is not of now, and what happens next.
Rectangle {
    id: banner

    required property Session session
    property bool canConnect: false
    readonly property bool isShown: session.state !== Session.Online
    readonly property bool isRefused: session.state === Session.Refused
    property double now: Date.now()
    readonly property int secondsLeft: Math.max(0, Math.ceil((session.retryAtMs - now) / 1000))
    signal connectWanted()

    height: isShown ? 38 : 0
    visible: isShown
    color: Theme.sunken

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.tone(banner.isRefused ? "bad" : "warning")
        opacity: 0.7
    }

    Timer {
        interval: 500
        repeat: true
        running: banner.isShown && banner.session.retryAtMs > 0
        triggeredOnStart: true
        onTriggered: banner.now = Date.now()
    }

    Glyph {
        id: icon

        x: Theme.gap6
        width: 15
        height: 15
        anchors.verticalCenter: parent.verticalCenter
        name: banner.session.state === Session.None ? "server" : "warning"
        color: Theme.tone(banner.isRefused ? "bad" : "warning")
    }

    Label {
        anchors.left: icon.right
        anchors.leftMargin: 10
        anchors.right: button.left
        height: parent.height
        text: {
            const reason = banner.session.reason.length > 0 ? "  ·  " + banner.session.reason : ""
            switch (banner.session.state) {
            case Session.None: return qsTr("No gateway chosen yet")
            case Session.Connecting: return qsTr("Connecting …")
            case Session.Refused: return qsTr("The gateway refused us") + reason
            default: return qsTr("Connection lost; what you see is from before") + reason +
                (banner.session.retryAtMs > 0 ? "  ·  " + qsTr("next try in %1 s").arg(banner.secondsLeft) : "")
            }
        }
    }

    PushButton {
        id: button

        anchors.right: parent.right
        anchors.rightMargin: Theme.gap6
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 26
        text: qsTr("Choose a server")
        visible: banner.canConnect && banner.session.state !== Session.Connecting
        onClicked: banner.connectWanted()
    }
}
