"""What an application's tests need: a local Logto in process, and users who are signed in."""
